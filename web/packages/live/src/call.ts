import type { RefusalBody } from "@kefu/wire";

/** The house said no, or that it cannot now. */
export class Refusal extends Error {
  override name = "Refusal";
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly retryAfter: number,
    readonly rid: string,
    /** The whole answer, for the few that tell more beside the error. */
    readonly body: unknown,
  ) {
    super(message);
  }
}

/** The house was not reached, or did not answer: whether it did what was asked is not known. */
export class Unreachable extends Error {
  override name = "Unreachable";
}

/** How long an answer may take. Longer than the house's own patience with its database. */
export const answerWithin = 20_000;
/** An upload of 10 MB over a slow line takes longer. */
export const uploadWithin = 120_000;

type Method = "GET" | "POST" | "PUT" | "DELETE";

/** Asks the house and reads its JSON. */
export async function call<T>(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const patience = AbortSignal.timeout(answerWithin);
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
  } catch (cause) {
    throw new Unreachable(`${method} ${path} was not answered`, { cause });
  }
  const text = await response.text().catch((cause: unknown) => {
    throw new Unreachable(`the answer to ${method} ${path} broke off`, { cause });
  });
  return read<T>(response.status, text, response.headers.get("retry-after"));
}

/** Uploads a file and tells how far it is, from 0 to 1. */
export function upload<T>(path: string, file: Blob, name: string, progress: (part: number) => void, signal?: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    form.set("media", file, name);
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.timeout = uploadWithin;
    request.upload.onprogress = (e) => progress(e.lengthComputable ? e.loaded / e.total : 0);
    request.onerror = request.ontimeout = request.onabort = () => reject(new Unreachable(`the upload to ${path} broke off`));
    request.onload = () => {
      try {
        resolve(read<T>(request.status, request.responseText, request.getResponseHeader("retry-after")));
      } catch (e) {
        reject(e);
      }
    };
    signal?.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

function read<T>(status: number, text: string, retryAfter: string | null): T {
  let body: unknown;
  try {
    body = text === "" ? {} : JSON.parse(text);
  } catch {
    // Something between us and the house answered in its own words.
    if (status >= 500 || status < 400) throw new Unreachable(`the answer, with status ${status}, is no JSON`);
    body = {};
  }
  if (status >= 200 && status < 300) return body as T;
  const error = (body as Partial<RefusalBody>).error;
  const wait = error?.retry_after ?? Number(retryAfter ?? 0);
  throw new Refusal(status, error?.code ?? byStatus(status), error?.message ?? "", Number.isFinite(wait) ? wait : 0, error?.rid ?? "", body);
}

function byStatus(status: number): string {
  switch (status) {
    case 401:
      return "not_signed_in";
    case 403:
      return "forbidden";
    case 404:
      return "not_found";
    case 413:
      return "media_too_large";
    case 429:
      return "too_many_tries";
    case 503:
      return "busy";
    default:
      return status >= 500 ? "internal" : "bad_request";
  }
}

/** What a person should be told of a failure: a code that has words. */
export function codeOf(e: unknown): string {
  if (e instanceof Refusal) return e.code;
  if (e instanceof Unreachable) return "unreachable";
  return "internal";
}
