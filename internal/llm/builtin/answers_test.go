package builtin_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"parley/internal/llm"
)

func TestTheSameSeedGivesTheSameLine(t *testing.T) {
	model, _ := load(t)
	different := map[string]bool{}
	for seed := range int64(100) {
		scene := room("en", "Coffee or tea?", "Player 4 why?")
		first := complete(t, model, seed, scene)
		if second := complete(t, model, seed, scene); first != second {
			t.Fatalf("seed %d: %q, then %q", seed, first, second)
		}
		different[first] = true
	}
	if len(different) < 8 {
		t.Errorf("100 seeds gave %d lines", len(different))
	}
}

func TestAnswersAreOfTheRightKind(t *testing.T) {
	model, _ := load(t)
	tests := []struct{ lang, line, want string }{
		{"en", "Player 4 do you prefer cats or dogs?", `(?i)cats?|dogs?|both|neither`},
		{"en", "Player 4 how many cups a day?", `(?i)two|three|four|five|six|seven|ten|twelve|twenty|many|more|never|enough`},
		{"en", "Player 4 hello", `(?i)hi|hey|hello|morning|oh`},
		{"en", "Player 4 what is 12*9?", `(?i)calculator|more than|phone|maths|seven|class|numbers`},
		{"en", "Player 4 are you a bot?", `(?i).`},
		{"de", "Player 4 lieber Hund oder Katze?", `(?i)hund|katze|beides`},
		{"de", "Player 4 wie viele Tassen?", `(?i)zwei|drei|vier|fünf|sechs|sieben|zehn|zwölf|zwanzig|viel|mehr|nie|genug`},
	}
	for _, test := range tests {
		want := regexp.MustCompile(test.want)
		good := 0
		for seed := range int64(seeds) {
			scene := room(test.lang, "", test.line)
			scene.Persona = test.lang + "-jana"
			if test.lang == "en" {
				scene.Persona = "en-walter"
			}
			if want.MatchString(complete(t, model, seed, scene)) {
				good++
			}
		}
		if good < seeds*95/100 {
			t.Errorf("%q: %d of %d answers fit", test.line, good, seeds)
		}
	}
}

func TestOpinionsHold(t *testing.T) {
	model, _ := load(t)
	for i, self := range []string{"Player 2", "Player 3", "Player 4", "Player 5", "Player 6"} {
		sides := map[string]bool{}
		for seed := range int64(seeds) {
			scene := room("en", "", self+" cats or dogs?")
			scene.Self, scene.Persona = self, []string{"en-frank", "en-tom", "en-mia"}[i%3]
			scene.Lines = after(int(seed)%7, scene.Lines)
			text := strings.ToLower(complete(t, model, seed, scene))
			if cats, dogs := strings.Contains(text, "cats"), strings.Contains(text, "dogs"); cats != dogs {
				sides[strconv.FormatBool(cats)] = true
			}
		}
		if len(sides) != 1 {
			t.Errorf("%s took both sides, or none: %v", self, sides)
		}
	}
}

func TestAgentsInOpenRoomsDoNotDenyIt(t *testing.T) {
	model, _ := load(t)
	honest := regexp.MustCompile(`(?i)agent|guilty|not a person|secret|right|correct|yes`)
	for _, line := range []string{"are you an AI?", "Ada are you a bot?", "you sound like a bot Ada"} {
		for seed := range int64(seeds) {
			scene := llm.Scene{
				Self: "Ada", Persona: "en-grace", Lang: "en", Players: []string{"Ada", "Bob", "Cem"}, New: 1,
				Lines: []llm.Line{{Player: "Bob", Text: line}},
			}
			scene.Lines = after(int(seed)%14, scene.Lines)
			if got := complete(t, model, seed, scene); !llm.IsPass(got) && !honest.MatchString(got) {
				t.Errorf("seed %d: %q to %q", seed, got, line)
			}
		}
	}
}

func TestAgentsInGamesDoNotAdmitIt(t *testing.T) {
	model, _ := load(t)
	admission := regexp.MustCompile(`(?i)agent|guilty|not a person|no secret|correct`)
	for seed := range int64(seeds) {
		scene := room("en", "Coffee or tea?", "Player 4 are you a bot?")
		scene.Lines = after(int(seed)%14, scene.Lines)
		if got := complete(t, model, seed, scene); admission.MatchString(got) {
			t.Errorf("seed %d: %q", seed, got)
		}
	}
}

func TestThoseWhoThinkAtTheSameTimeSayDifferentThings(t *testing.T) {
	model, p := load(t)
	lines, same := 0, 0
	for seed := range int64(seeds) {
		said := map[string]bool{}
		for i := range 4 {
			scene := room("en", p.DrawTopic("en", uint64(seed)), "what do you all think?")
			scene.Self, scene.Persona = fmt.Sprintf("Player %d", 3+i), "en-ravi"
			got := complete(t, model, seed*4+int64(i), scene)
			if llm.IsPass(got) {
				continue
			}
			lines++
			if said[fold(got)] {
				same++
			}
			said[fold(got)] = true
		}
	}
	if lines < seeds || same > lines/50 {
		t.Errorf("%d of %d lines were said twice", same, lines)
	}
}

func TestGermanSceneGetsGerman(t *testing.T) {
	english := regexp.MustCompile(`(?i)\b(the|and|you|what|yes|with|not)\b`)
	for seed := range int64(20) {
		c := longChat(t, "de", seed)
		for i, line := range c.scene.Lines {
			if c.hops[i] != 0 && english.MatchString(line.Text) {
				t.Errorf("seed %d: %q", seed, line.Text)
			}
		}
	}
}
