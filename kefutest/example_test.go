package kefutest_test

import (
	"context"
	"fmt"
	"time"

	"github.com/openkefu/kefu/client"
	"github.com/openkefu/kefu/kefutest"
)

// hire is the program under test: it makes an agent and asks somebody to be it.
func hire(ctx context.Context, baseURL, appID, secret, account, person string) error {
	c := client.New(baseURL, appID, secret)
	if err := c.AddAgent(ctx, account, "Carol"); err != nil {
		return err
	}
	return c.InviteWorker(ctx, account, person)
}

func Example() {
	// In a test of your own, t is its *testing.T. Examples have none.
	t := newExampleT()
	defer t.end()

	house := kefutest.Start(t)
	carol := house.KFAccount("carol")
	if err := hire(context.Background(), house.URL, house.AppID, house.Secret, carol, "carol_wx"); err != nil {
		t.Fatal(err)
	}

	show := func() {
		agents, err := house.Client().Agents(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range agents {
			fmt.Printf("%s %s invited=%q status=%q bound=%q\n", a.KFID, a.KFAccount, a.InviteWX, a.InviteStatus, a.KFWX)
		}
	}
	show()
	house.Advance(t, 25*time.Hour) // nobody answers in time
	show()
	if err := house.Client().InviteWorker(context.Background(), carol, "carol_wx"); err != nil {
		t.Fatal(err)
	}
	house.AcceptInvitation(t, carol) // as Carol would on her phone
	show()
	// Output:
	// 1001 carol@demo_shop invited="carol_wx" status="waiting" bound=""
	// 1001 carol@demo_shop invited="carol_wx" status="expired" bound=""
	// 1001 carol@demo_shop invited="" status="" bound="carol_wx"
}
