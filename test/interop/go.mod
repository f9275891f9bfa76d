module github.com/openkefu/kefu/test/interop

go 1.26.0

require github.com/chanxuehong/wechat v0.0.0-20230222024006-36f0325263cd

require (
	github.com/chanxuehong/rand v0.0.0-20211009035549-2f07823e8e99 // indirect
	github.com/chanxuehong/util v0.0.0-20200304121633-ca8141845b13 // indirect
)
