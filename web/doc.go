// Package web has the pages of the house and serves them: the workbench, the phone,
// the console, the control room, and the doors to them. The pages are built by Node
// from the workspace beside this file into dist, which is embedded; a program that was
// built without them serves one page that tells how to build them.
//
// Pages are the same for everybody and hold no data: what they show they ask from the
// doors under /auth/v1/, /workbench/v1/ and /phone/v1/.
package web
