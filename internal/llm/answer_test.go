package llm_test

import (
	"testing"
	"unicode"
	"unicode/utf8"

	"parley/internal/llm"
)

func TestIsPass(t *testing.T) {
	silent := []string{
		"[pass]", "[PASS]", "pass", "Pass.", "[pass].", "\"[pass]\"", "**[pass]**", "*pass*", "  [pass]\n",
		"“[pass]”", "[ pass ]", "(pass)", "`[pass]`", "<pass>", "<think>not for me</think>\n\n[pass]",
		"[pass]<|im_end|>", "```\n[pass]\n```", "[Pass]\x00",
	}
	for _, text := range silent {
		if !llm.IsPass(text) {
			t.Errorf("%q is silence", text)
		}
	}
	lines := []string{
		"", "[]", "passed", "I'll pass", "pass the salt", "[pass] maybe later", "pass " + "pass", "no pass.", "pass?",
		"compass", "[pass] [pass]", "<think>[pass]</think>tea", "passt", "p.a.s.s", "sure, [pass]",
	}
	for _, text := range lines {
		if llm.IsPass(text) {
			t.Errorf("%q is a line", text)
		}
	}
}

func TestCleanLine(t *testing.T) {
	tests := []struct{ text, want string }{
		{"tea", "tea"},
		{"  tea \n", "tea"},
		{"\"tea, always\"", "tea, always"},
		{"“tea”", "tea"},
		{"„Tee“", "Tee"},
		{"\"tea\" or \"coffee\"", "\"tea\" or \"coffee\""},
		{"it's 'tea'", "it's 'tea'"},
		{"'cause I like it, that's it'", "'cause I like it, that's it'"},
		{"Player 3: tea", "tea"},
		{"player 3 : tea", "tea"},
		{"**Player 3:** tea", "tea"},
		{"**Player 3**: tea", "tea"},
		{"[Player 3]: tea", "tea"},
		{"<Player 3> tea", "<Player 3> tea"},
		{"Player 3: \"tea\"", "tea"},
		{"\"Player 3: tea\"", "tea"},
		{"Player 3: Player 3: tea", "tea"},
		{"Assistant: tea", "tea"},
		{"Player 30: tea", "Player 30: tea"},
		{"Player 3 is right", "Player 3 is right"},
		{"one thing: tea", "one thing: tea"},
		{"```\ntea\n```", "tea"},
		{"```text\ntea\n```", "tea"},
		{"<think>hm\nhm</think>\n\ntea", "tea"},
		{"<think>hm", ""},
		{"hm, they ask.</think>tea", "tea"},
		{"<think></think>tea<think>more</think>", "tea"},
		{"<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>tea<|return|>", "tea"},
		{"tea<|im_end|>", "tea"},
		{"tea</s>", "tea"},
		{"tea<end_of_turn>\n", "tea"},
		{"tea\nPlayer 1: coffee\nPlayer 3: no", "tea"},
		{"tea\r\n\r\n\r\nor not", "tea\nor not"},
		{"a \x00\x07b\tc\u202e", "a b\tc"},
		{"\xffbad", "bad"},
		{"👩‍🚀 tea", "👩‍🚀 tea"},
		{"\"\"", "\"\""},
		{"", ""},
	}
	for _, test := range tests {
		if got := llm.CleanLine(test.text, "Player 3"); got != test.want {
			t.Errorf("%q became %q, want %q", test.text, got, test.want)
		}
	}
}

func FuzzCleanLine(f *testing.F) {
	for _, seed := range []string{"<think>", "\"Player 3: x\"", "```a```", "\"\"\"", "\x00"} {
		f.Add(seed, "Player 3")
	}
	f.Fuzz(func(t *testing.T, text, self string) {
		clean := llm.CleanLine(text, self)
		if !utf8.ValidString(clean) {
			t.Fatalf("%q became %q", text, clean)
		}
		for _, r := range clean {
			if unicode.IsControl(r) && r != '\n' && r != '\t' {
				t.Fatalf("%q left %q", text, r)
			}
		}
		if len(clean) > len(text) {
			t.Fatalf("%q grew to %q", text, clean)
		}
		if llm.IsPass(text) && clean != "" && !llm.IsPass(clean) {
			t.Fatalf("%q is silence, but its line %q is not", text, clean)
		}
	})
}
