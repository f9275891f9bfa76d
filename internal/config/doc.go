// Package config reads the settings of the program, once, and hands them on as
// typed values.
//
// A setting has one name everywhere: "database-url" is the flag --database-url,
// the environment variable KEFU_DATABASE_URL and the line "database-url = …" of
// the settings file. The first of the three that gives it wins, in this order;
// after them comes its default. One table, [All], holds name, meaning, default
// and check of every setting; flags, help and error lines are made from it.
//
// Commands ask for the [Group] of settings that they use. [Read] checks every
// value of these and answers a [Settings], or an [*Error] of one line that names
// the setting, where the value came from, and what is allowed. Values that must
// stay private have the type [Secret], which does not print.
//
// The package knows flags only as a function, and neither opens nor listens to
// anything: what the settings mean is done by the command.
package config
