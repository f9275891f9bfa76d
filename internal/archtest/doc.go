// Package archtest holds the rules of import as a test. The rooms of the house
// and what each may import stand in one table, rooms_test.go; docs/ARCHITECTURE.md
// says why. A rule that no longer teaches anything is changed in both, in the
// commit that needs it.
//
// The rules are about the product: test files may import whatever they need, so
// that a test can go through the door that a user takes, with a real database
// behind it.
//
// Each rule is a function from the source of a module to the ways in which that
// breaks the rule. The tests run the rules over this module, and over small
// made-up modules that break them, so that a rule which has gone blind is noticed.
package archtest
