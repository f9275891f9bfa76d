import { useDesk } from "@kefu/desk";
import { nameOf } from "@kefu/i18n";
import { Refusal, codeOf } from "@kefu/live";
import { toast, useWords, whyWords } from "@kefu/ui";
import { ref } from "vue";

/** What an agent does with customers, and how its failures are told. */
export function useActs() {
  const desk = useDesk();
  const { t } = useWords();
  const busy = ref(false);

  /** Tries something, and tells why it did not work. */
  async function attempt<T>(what: () => Promise<T>): Promise<T | undefined> {
    try {
      return await what();
    } catch (e) {
      desk.noteSignedOut(e);
      const why = whyWords(codeOf(e), t, e instanceof Refusal ? e.retryAfter : 0);
      toast({ kind: "error", words: t("toast.failed", { why }) });
      return undefined;
    }
  }
  const name = (openid: string): string => {
    const c = desk.state.rows[openid]?.customer ?? desk.state.waiting.find((w) => w.customer.openid === openid)?.customer;
    return c ? nameOf(c, t) : openid;
  };

  async function take(openid: string): Promise<boolean> {
    const called = name(openid);
    try {
      await desk.door!.accept(openid);
      return true;
    } catch (e) {
      // Somebody was quicker: that is no failure of ours.
      if (e instanceof Refusal && ["not_waiting", "session_of_another", "customer_of_another"].includes(e.code)) {
        const by = desk.state.rows[openid]?.kf_account;
        const who = desk.state.agents.find((a) => a.kf_account === by)?.nickname;
        toast({
          kind: "warn",
          words: who ? t("toast.takenBy", { name: called, by: who }) : t("toast.taken", { name: called }),
          ...(desk.state.queue.total > 0 ? { act: { words: t("act.seeNext"), run: () => void takeNext() } } : {}),
        });
      } else await attempt(() => Promise.reject(e));
      return false;
    }
  }

  let went: (openid: string) => void = () => undefined;
  /** Where to go when a customer was taken. */
  const onTaken = (go: (openid: string) => void) => (went = go);

  async function takeNext(): Promise<void> {
    if (busy.value || !desk.online) return;
    busy.value = true;
    const next = await attempt(() => desk.door!.acceptNext());
    busy.value = false;
    if (next) (went === undefined ? desk.show : went)(next.openid);
  }

  async function end(openid: string): Promise<void> {
    const called = name(openid);
    await attempt(async () => {
      await desk.door!.close(openid);
      toast({ kind: "done", words: t("toast.ended", { name: called }) });
    });
  }

  return { attempt, name, take, takeNext, onTaken, end, busy };
}

export type Acts = ReturnType<typeof useActs>;
