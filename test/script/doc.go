// Package script runs the program that people run, as they run it: each file in
// testdata is a session at a terminal, checked line by line (see package
// github.com/rogpeppe/go-internal/testscript). The binary is built once, by the
// tests themselves.
//
// Besides the commands of testscript, sessions know:
//
//	exits CODE PROGRAM ARG...   runs a program that must end with this exit code
//	start NAME PROGRAM ARG...   starts a kefu server on a free port, waits for its
//	                            ready line, and sets $URL, and $ADDRESS without
//	                            the http://
//	end NAME                    sends SIGTERM; the server must end in time and well
//	crash NAME                  ends the server as a power cut would, without warning
//	developer TOKEN             starts a developer's server that knows the token and
//	                            takes every push, and sets $DEVELOPER to its URL
//	fetch METHOD URL [BODY [TYPE]]
//	                            makes an HTTP request, its body of a content type, and
//	                            prints status and body
//	picture FILE                writes a PNG
//	capture VARIABLE REGEXP     sets a variable to the group of a match in the last
//	                            output
//	eventually PROGRAM ARG...   repeats a program for a second, until it succeeds
package script
