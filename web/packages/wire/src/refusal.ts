/** What every door answers when it does not do what was asked. */
export interface RefusalBody {
  error: {
    code: string;
    /** For who writes the page; people are told in their own words, by the code. */
    message: string;
    /** Seconds. */
    retry_after?: number;
    rid?: string;
  };
}
