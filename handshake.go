package kefu

import "time"

// Handshake is how a developer's server stood the test of a callback URL: it is sent a
// signed GET, as WeChat does when the URL is set, and must answer the echostr that came
// with it and nothing else.
type Handshake struct {
	// Failed is the step that failed and Fault is why; empty when all went well.
	Failed HandshakeStep
	Fault  HandshakeFault
	// Story is the failure in English words, for who looks closer.
	Story string
	// Took is the whole time, Connecting that until the connection stood, with TLS,
	// Answering that from then to the end of the answer.
	Took, Connecting, Answering time.Duration
	// Host is the server with its port, TLS the version such as TLS 1.3; empty without.
	Host, TLS string
	// Query is what was added to the URL, and Echo the echostr in it.
	Query, Echo string
	// Status, ContentType and Body are what came back; the body is cut short.
	Status      int
	ContentType string
	Body        string
}

// Passed tells whether the server stood the test.
func (h *Handshake) Passed() bool { return h.Failed == "" }

// HandshakeStep is one of the steps of a handshake, each after the one before.
type HandshakeStep string

// The steps.
const (
	HandshakeConnect HandshakeStep = "connect"
	HandshakeAsk     HandshakeStep = "ask"
	HandshakeAnswer  HandshakeStep = "answer"
	HandshakeEcho    HandshakeStep = "echo"
)

// HandshakeFault is why a handshake failed, as far as somebody can repair it.
type HandshakeFault string

// The faults.
const (
	HandshakeNoURL       HandshakeFault = "no_url"
	HandshakeURL         HandshakeFault = "url"
	HandshakeForbidden   HandshakeFault = "address_forbidden"
	HandshakeHost        HandshakeFault = "host_unknown"
	HandshakeRefused     HandshakeFault = "refused"
	HandshakeUnreached   HandshakeFault = "unreached"
	HandshakeCertificate HandshakeFault = "certificate"
	HandshakeNotTLS      HandshakeFault = "not_tls"
	HandshakeSlow        HandshakeFault = "slow"
	HandshakeClosed      HandshakeFault = "closed"
	HandshakeRedirect    HandshakeFault = "redirect"
	HandshakeStatus      HandshakeFault = "status"
	HandshakeLong        HandshakeFault = "too_long"
	HandshakeEmpty       HandshakeFault = "empty"
	HandshakeQuoted      HandshakeFault = "quoted"
	HandshakeSpace       HandshakeFault = "space"
	HandshakeMark        HandshakeFault = "byte_order_mark"
	HandshakePage        HandshakeFault = "page"
	HandshakeDiffers     HandshakeFault = "differs"
)
