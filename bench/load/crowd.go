//go:build linux

// Package load is a crowd of people in rooms: it speaks to a server over
// WebSockets alone, as fast or as often as it is told, and sees what comes of
// every line at every person. It is one thread with one epoll, so that it
// leaves the other processor to the server.
package load

import (
	"fmt"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// Crowd is people with open sockets.
type Crowd struct {
	members []*member
	rooms   [][]*member
	epoll   int
	timer   int
	buffer  []byte
	broken  error
}

const dialers = 16

// Gather opens the sockets of all seats. payload is how many bytes a line has.
func Gather(address netip.AddrPort, seats []Seat, payload int) (*Crowd, error) {
	c := &Crowd{members: make([]*member, len(seats)), buffer: make([]byte, 256<<10)}
	indexes := make([]uint32, len(seats))
	for i, s := range seats {
		for s.Room >= len(c.rooms) {
			c.rooms = append(c.rooms, nil)
		}
		indexes[i] = uint32(len(c.rooms[s.Room])) //nolint:gosec // people in a room
		c.rooms[s.Room] = append(c.rooms[s.Room], nil)
	}
	if err := c.listen(); err != nil {
		return nil, err
	}
	if err := c.dialAll(address, seats, indexes, payload); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// dialAll opens the sockets, and meanwhile reads from those that are open: who
// comes may be told to all who are there.
func (c *Crowd) dialAll(address netip.AddrPort, seats []Seat, indexes []uint32, payload int) error {
	errs := make(chan error, len(seats))
	var wg sync.WaitGroup
	for d := range dialers {
		wg.Go(func() {
			for i := d; i < len(seats); i += dialers {
				fd, rest, err := dial(address, seats[i])
				if err == nil {
					m := newMember(fd, seats[i], indexes[i], payload)
					m.carry = rest
					m.id, m.next = int32(i), make([]uint32, len(c.rooms[m.room])) //nolint:gosec // a number of sockets
					c.members[i], c.rooms[m.room][m.index] = m, m
					err = c.control(unix.EPOLL_CTL_ADD, m.fd, unix.EpollEvent{Events: unix.EPOLLIN, Fd: m.id})
				}
				errs <- err
			}
		})
	}
	defer wg.Wait()
	r := &run{Crowd: c, began: time.Now()}
	for left := len(seats); left > 0; {
		select {
		case err := <-errs:
			if err != nil {
				return err
			}
			left--
		default:
			if err := r.step(r.now() + int64(time.Millisecond)); err != nil {
				return err
			}
		}
	}
	return nil
}

// listen makes an epoll with a clock in it.
func (c *Crowd) listen() (err error) {
	if c.epoll, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return fmt.Errorf("epoll: %w", err)
	}
	if c.timer, err = unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC); err != nil {
		return fmt.Errorf("timer: %w", err)
	}
	return c.control(unix.EPOLL_CTL_ADD, c.timer, unix.EpollEvent{Events: unix.EPOLLIN, Fd: -1})
}

func (c *Crowd) control(op, fd int, e unix.EpollEvent) error {
	if err := unix.EpollCtl(c.epoll, op, fd, &e); err != nil {
		return fmt.Errorf("epoll: %w", err)
	}
	return nil
}

// Close hangs up.
func (c *Crowd) Close() {
	for _, m := range c.members {
		if m != nil {
			_ = unix.Close(m.fd)
		}
	}
	_ = unix.Close(c.epoll)
	_ = unix.Close(c.timer)
}
