// The codec works beside the page, which goes on meanwhile.
import answerMessages from "benz-amr-recorder/src/amrnb.js";

answerMessages();
