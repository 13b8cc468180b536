package natslog_test

import (
	"slices"
	"testing"

	"parley/internal/eventlog/natslog"
	"parley/internal/eventlog/natslog/natstest"
)

func TestWordsReachEveryProcessOfALog(t *testing.T) {
	servers := natstest.Start(t, 1)
	heard := make(chan string, 10)
	// join listens and returns when the server knows of it.
	join := func(name, prefix string) *natslog.Net {
		n := open(t, servers.URL(), natslog.Options{Prefix: prefix}).Net()
		stop, err := n.Listen("nodes", func(data []byte) { heard <- name + " hears " + string(data) })
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(stop)
		say(t, n, "itself")
		for w := range heard {
			if w == name+" hears itself" {
				return n
			}
		}
		return nil
	}
	join("stranger", "other")
	a := join("a", "parley")
	b := join("b", "parley")
	// want takes two words, but for the one that b has said to itself.
	want := func(words ...string) {
		t.Helper()
		var got []string
		for len(got) < len(words) {
			if w := <-heard; w != "a hears itself" {
				got = append(got, w)
			}
		}
		if slices.Sort(got); !slices.Equal(got, words) {
			t.Errorf("heard %q, want %q", got, words)
		}
	}
	say(t, a, "hello")
	want("a hears hello", "b hears hello")
	say(t, b, "goodbye")
	want("a hears goodbye", "b hears goodbye")
}

func say(t *testing.T, n *natslog.Net, word string) {
	t.Helper()
	if err := n.Publish("nodes", []byte(word)); err != nil {
		t.Fatal(err)
	}
}
