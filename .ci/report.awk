# Reads the output of `go test -v` among other lines and passes on what a reader
# wants: nothing of tests that passed, everything of those that did not, each
# skipped test with its reason, and all lines that no test wrote. Skipped tests
# are also written to the file named by the variable skips: name, tab, reason.

# A line of go test that says which test writes from here on.
/^=== (RUN|NAME|CONT) / { current = $3; next }
/^=== PAUSE / { next }

# A verdict. Those of subtests are indented and follow their parent's; what a
# test printed last without a newline stands before it on the line.
match($0, /--- (PASS|FAIL|SKIP): [^ ]+ \([0-9.]+s\)$/) {
  split(substr($0, RSTART), verdict, " ")
  name = verdict[3]
  if (verdict[2] == "FAIL:") {
    printf "%s", written[name]
    print
  } else if (verdict[2] == "SKIP:") {
    reason = written[name]
    gsub(/[ \t\n]+/, " ", reason)
    gsub(/^ | $/, "", reason)
    print "SKIP " name ": " reason
    print name "\t" reason >> skips
  }
  delete written[name]
  current = ""
  next
}

# The end of a package. What was written without a verdict belongs to a test
# that was cut off, by a panic or by the time limit.
/^(ok|FAIL|\?)[ \t]|^(PASS|FAIL)$|^exit status |^panic: |^make/ {
  flush_written()
  current = ""
  if ($0 != "PASS" && $0 !~ /\[no test files\]$/) print
  fflush()
  next
}

current != "" { written[current] = written[current] $0 "\n"; next }

{ print; fflush() }

END { flush_written() }

function flush_written(name) {
  for (name in written) if (written[name] != "") printf "--- CUT OFF: %s\n%s", name, written[name]
  split("", written)
}
