// Package room holds the rules of a room.
package room
