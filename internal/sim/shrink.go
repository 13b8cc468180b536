package sim

// shrink leaves out of a script what it fails without, by pieces that get
// smaller, in so many tries at most, and tells what is left of it.
func shrink(s script, rule string, most int) []string {
	fails := func(steps []step) bool {
		shorter := s
		shorter.steps = steps
		_, faults := run(shorter)
		for _, f := range faults {
			if f.Rule == rule {
				return true
			}
		}
		return false
	}
	runs := 0
	for size := (len(s.steps) + 1) / 2; size > 0 && runs < most; size /= 2 {
		for from := 0; from < len(s.steps) && runs < most; {
			to := min(from+size, len(s.steps))
			shorter := append(append([]step(nil), s.steps[:from]...), s.steps[to:]...)
			if runs++; fails(shorter) {
				s.steps = shorter
			} else {
				from = to
			}
		}
	}
	var told []string
	for _, step := range s.steps {
		told = append(told, step.String())
	}
	return told
}
