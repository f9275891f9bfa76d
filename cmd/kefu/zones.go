package main

// Opening hours are in a time zone, also on a machine that has no list of them.
import _ "time/tzdata"
