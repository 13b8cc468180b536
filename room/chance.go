package room

// chance is a stream of numbers drawn from a command's one (SplitMix64:
// Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
// 2014). The rules have no randomness of their own.
type chance uint64

func (c *chance) next() uint64 {
	*c += 0x9e3779b97f4a7c15
	z := uint64(*c)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below returns a number in [0, n).
func (c *chance) below(n int) int {
	return int(c.next() % uint64(n)) //nolint:gosec // n is a positive count and the rest is below it
}

// shuffle orders a slice at random (Fisher and Yates).
func shuffle[E any](c *chance, s []E) {
	for i := len(s) - 1; i > 0; i-- {
		j := c.below(i + 1)
		s[i], s[j] = s[j], s[i]
	}
}
