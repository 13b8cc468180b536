package builtin_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"parley/internal/llm"
	"parley/internal/llm/builtin"
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

func TestEverydayQuestionsGetEverydayAnswers(t *testing.T) {
	model, _ := load(t)
	tests := []struct{ lang, line, want string }{
		{"en", "Player 4 what did you eat today?", `(?i)toast|leftovers|pasta|banana|cheese|soup|bread|cereal|rice|starving`},
		{"en", "Player 4 how is the weather where you are?", `(?i)grey|windy|warm|rain|curtains|cold|sun|clouds`},
		{"en", "Player 4 any plans for tonight?", `(?i)couch|laundry|friend|early|film|plan|sister|walk`},
		{"en", "Player 4 where are you from?", `(?i)town|north|south|sea|moved|station|village`},
		{"en", "Player 4 what do you do for work?", `(?i)spreadsheets|shop|studying|emails|school|office|jobs|night`},
		{"en", "Player 4 how old are you?", `(?i)old|thirty|twenties|telling|birthday`},
		{"en", "Player 4 all good, you?", `(?i)good|tired|complain|hungry|long day|ok|better|same|fine`},
		{"de", "Player 4 was hast du heute gegessen?", `(?i)brot|reste|nudeln|banane|suppe|kuchen|müsli|reis|gar nichts`},
		{"de", "Player 4 wie ist das Wetter bei dir?", `(?i)grau|windig|warm|regen|vorhänge|kalt|sonne|wolken`},
		{"de", "Player 4 was hast du heute Abend vor?", `(?i)sofa|wäsche|freunde|bett|film|plan|schwester|spazieren`},
		{"de", "Player 4 woher kommst du?", `(?i)stadt|norden|süden|wasser|umgezogen|bahnhof|dorf`},
		{"de", "Player 4 wie alt bist du?", `(?i)alt|älter|dreißig|zwanzigern|verrate|geburtstag`},
	}
	for _, test := range tests {
		want := regexp.MustCompile(test.want)
		good := 0
		for seed := range int64(seeds) {
			scene := room(test.lang, "", test.line)
			scene.Persona = map[string]string{"en": "en-walter", "de": "de-jana"}[test.lang]
			if want.MatchString(complete(t, model, seed, scene)) {
				good++
			}
		}
		if good < seeds*95/100 {
			t.Errorf("%q: %d of %d answers fit", test.line, good, seeds)
		}
	}
}

func TestAgentsInOpenRoomsClaimNoLife(t *testing.T) {
	model, _ := load(t)
	life := regexp.MustCompile(`(?i)toast|pasta|town|sister|couch|school|twenties|windy`)
	for _, line := range []string{"Ada what did you eat today?", "Ada where do you live?", "Ada how old are you?", "Ada any plans for tonight?", "Ada hows the weather?"} {
		for seed := range int64(seeds) {
			scene := llm.Scene{
				Self: "Ada", Persona: "en-grace", Lang: "en", Players: []string{"Ada", "Bob", "Cem"}, New: 1,
				Lines: []llm.Line{{Player: "Bob", Text: line}},
			}
			if got := complete(t, model, seed, scene); life.MatchString(got) {
				t.Errorf("seed %d: %q to %q", seed, got, line)
			}
		}
	}
}

// Of a mere thing nobody says that it is a yes.
func TestAThingIsNoQuestion(t *testing.T) {
	model, _ := load(t)
	verdict := regexp.MustCompile(`(?i)\b(yes|no)\b`)
	for _, topic := range []string{"breakfast", "Favourite films"} {
		for seed := range int64(seeds) {
			scene := room("en", topic, "")
			scene.Lines, scene.New, scene.Silence = nil, 0, true
			if got := complete(t, model, seed, scene); verdict.MatchString(got) {
				t.Errorf("%q on %q", got, topic)
			}
		}
	}
}

// A question on what somebody has just said is for that one to answer.
func TestAQuestionOnAStoryIsForWhoToldIt(t *testing.T) {
	model, _ := load(t)
	spoken := 0
	for seed := range int64(seeds) {
		scene := room("en", "Coffee or tea?", "oh no. what did you do then?")
		scene.Lines[0].Text = "I went hiking last weekend and it rained the whole time"
		if !llm.IsPass(complete(t, model, seed, scene)) {
			spoken++
		}
	}
	if spoken > seeds/6 {
		t.Errorf("%d of %d times somebody else answers", spoken, seeds)
	}
}

// What has been said is not said again because somebody had mistyped it, nor
// with a few words before it.
func TestASlipMakesNoNewLine(t *testing.T) {
	const line = "fresh sheets. nothing beats fresh sheets"
	for _, text := range []string{
		line, "Fresh sheets! Nothing beats fresh sheets.", "fresh sheets. nothing baets fresh sheets", "fresh shets. nothing beats fresh sheets",
		"You go first, I need a minute. Fresh sheets. Nothing beats fresh sheets", "wait, nothing beats fresh sheets for me",
	} {
		if !builtin.Said(text, line) || !builtin.Said(line, text) {
			t.Errorf("%q counts as new", text)
		}
	}
	mistyped := "fresh sheets. nothing baets fresh sheets"
	if !builtin.Said("you go first, I need a minute. "+line, mistyped) {
		t.Error("what was mistyped counts as new when it has words before it")
	}
	for _, text := range []string{"nothing beats a good soup", "fresh bread", "my sheets are never this fresh on mondays, sadly"} {
		if builtin.Said(text, line) {
			t.Errorf("%q counts as said", text)
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
