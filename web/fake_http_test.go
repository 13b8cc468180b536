package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

func (f *fake) routes(mux *http.ServeMux) {
	mux.HandleFunc("POST /v1/rooms", f.create)
	mux.HandleFunc("GET /v1/rooms", f.list)
	for pattern, handle := range map[string]func(http.ResponseWriter, *http.Request, *fakeRoom){
		"GET /v1/rooms/{code}":                f.show,
		"GET /v1/rooms/{code}/me":             f.me,
		"POST /v1/rooms/{code}/players":       f.sit,
		"DELETE /v1/rooms/{code}/players/{p}": f.leave,
		"POST /v1/rooms/{code}/messages":      f.post,
		"POST /v1/rooms/{code}/votes":         f.vote,
		"POST /v1/rooms/{code}/typing":        f.typing,
		"GET /v1/rooms/{code}/events":         f.poll,
		"POST /v1/rooms/{code}/{act}":         f.act,
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			f.mu.Lock()
			defer f.mu.Unlock()
			room := f.rooms[strings.ToUpper(r.PathValue("code"))]
			if room == nil {
				problem(w, http.StatusNotFound)
				return
			}
			handle(w, r, room)
		})
	}
	mux.HandleFunc("GET /v1/rooms/{code}/ws", f.socket)
}

func problem(w http.ResponseWriter, status int, fields ...string) {
	w.Header().Set("Content-Type", "application/problem+json")
	errs := []map[string]string{}
	for _, field := range fields {
		errs = append(errs, map[string]string{"location": "body." + field, "field": field, "message": "raw message of the server"})
	}
	answer(w, status, map[string]any{
		"type": "about:blank", "title": http.StatusText(status), "status": status, "detail": "raw detail of the server", "errors": errs,
	})
}

func answer(w http.ResponseWriter, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json")
	}
	w.WriteHeader(status)
	_, _ = w.Write(text)
}

func (r *fakeRoom) token(req *http.Request) string {
	c, err := req.Cookie("parley_" + r.code)
	if err != nil {
		return ""
	}
	return c.Value
}

func (r *fakeRoom) grant(w http.ResponseWriter, s *seat) string {
	token := fmt.Sprintf("%s-%d", r.code, len(r.tokens))
	r.tokens[token] = s
	http.SetCookie(w, &http.Cookie{Name: "parley_" + r.code, Value: token, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
	return token
}

func (f *fake) create(w http.ResponseWriter, req *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var in struct {
		Mode, Title, Topic, Visibility, Password, Language, Follows string
		Seats                                                       int
	}
	if err := json.NewDecoder(req.Body).Decode(&in); err != nil {
		problem(w, http.StatusBadRequest)
		return
	}
	if in.Topic == "refused" {
		problem(w, http.StatusUnprocessableEntity, "topic")
		return
	}
	if old := f.rooms[in.Follows]; old != nil {
		in.Mode, in.Seats, in.Visibility, in.Password, in.Language = old.mode, old.seats, old.visibility, old.password, old.language
	}
	r := f.add(in.Mode, in.Title, in.Seats)
	if old := f.rooms[in.Follows]; old != nil {
		old.next = r.code
	}
	r.topic, r.visibility, r.password, r.language = in.Topic, in.Visibility, in.Password, in.Language
	r.host = r.grant(w, nil)
	answer(w, http.StatusCreated, map[string]any{"code": r.code, "host_token": r.host, "room": r.snapshot()})
}

func (f *fake) list(w http.ResponseWriter, req *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	rooms := []map[string]any{}
	for _, c := range slices.Backward(f.made) {
		r := f.rooms[c]
		if r.visibility == "public" && r.status == req.FormValue("status") {
			rooms = append(rooms, map[string]any{
				"code": r.code, "title": r.title, "mode": r.mode, "status": r.status, "people": r.people, "seats": r.seats,
				"players": len(r.seated), "created_at": stamp(r.created), "locked": r.password != "",
			})
		}
	}
	answer(w, http.StatusOK, map[string]any{"rooms": rooms, "next": ""})
}

func (r *fakeRoom) snapshot() map[string]any {
	players := []map[string]any{}
	for _, s := range r.seated {
		p := map[string]any{"name": s.name, "present": s.present, "voted": s.voted, "eliminated": s.out}
		if r.mode == "open" {
			p["role"] = s.role
		}
		if r.phase != "waiting" {
			players = append(players, p)
		}
	}
	var ends any
	if !r.ends.IsZero() {
		ends = stamp(r.ends)
	}
	return map[string]any{
		"code": r.code, "title": r.title, "mode": r.mode, "status": r.status, "phase": r.phase, "round": r.round, "topic": r.topic,
		"ends_at": ends, "players": players, "seq": len(r.events), "people": r.people, "seats": r.seats, "next": r.next,
	}
}

func (r *fakeRoom) readable(req *http.Request) bool {
	_, known := r.tokens[r.token(req)]
	return r.password == "" || known
}

func (f *fake) show(w http.ResponseWriter, req *http.Request, r *fakeRoom) {
	if !r.readable(req) {
		problem(w, http.StatusUnauthorized)
		return
	}
	answer(w, http.StatusOK, r.snapshot())
}

func (f *fake) me(w http.ResponseWriter, req *http.Request, r *fakeRoom) {
	token := r.token(req)
	var player any
	if s := r.tokens[token]; s != nil && s.present {
		player = s.name
	}
	answer(w, http.StatusOK, map[string]any{"player": player, "host": token != "" && token == r.host})
}

func (f *fake) sit(w http.ResponseWriter, req *http.Request, r *fakeRoom) {
	var in struct{ Name, Password string }
	_ = json.NewDecoder(req.Body).Decode(&in)
	was := r.token(req)
	switch {
	case r.password != in.Password:
		problem(w, http.StatusForbidden)
		return
	case r.mode == "open" && in.Name == "":
		problem(w, http.StatusUnprocessableEntity)
		return
	case slices.ContainsFunc(r.seated, func(s *seat) bool { return s.name == in.Name }):
		problem(w, http.StatusConflict, "name")
		return
	case r.people >= r.seats:
		problem(w, http.StatusConflict)
		return
	}
	if r.mode != "open" {
		in.Name = fmt.Sprintf("Player %d", 2+3*r.people)
	}
	s := r.join(in.Name, "person")
	token := r.grant(w, s)
	if was != "" && was == r.host {
		r.host = token
	}
	if r.late {
		r.late = false
		r.begin(r.topic, "Player 9")
	}
	answer(w, http.StatusCreated, map[string]any{"player": s.name, "token": token, "after": 0})
}

func (f *fake) leave(w http.ResponseWriter, req *http.Request, r *fakeRoom) {
	s := r.tokens[r.token(req)]
	if name := req.PathValue("p"); name != "me" {
		i := slices.IndexFunc(r.seated, func(s *seat) bool { return s.name == name })
		if i < 0 || r.token(req) != r.host {
			problem(w, http.StatusForbidden)
			return
		}
		s = r.seated[i]
	}
	s.present = false
	r.people--
	r.append(map[string]any{"type": "left", "player": s.name})
	w.WriteHeader(http.StatusNoContent)
}

func (f *fake) post(w http.ResponseWriter, req *http.Request, r *fakeRoom) {
	var in struct {
		Text     string
		ClientID string `json:"client_id"`
	}
	_ = json.NewDecoder(req.Body).Decode(&in)
	status, seq := r.take(r.tokens[r.token(req)], in.Text, in.ClientID)
	if status >= http.StatusBadRequest {
		problem(w, status)
		return
	}
	answer(w, status, map[string]any{"seq": seq})
}

// take is the one way in for a person's line; the same client_id is one line.
func (r *fakeRoom) take(s *seat, text, client string) (int, int) {
	if s == nil || !s.present {
		return http.StatusForbidden, 0
	}
	if seq, ok := r.byClient[s.name+client]; ok {
		return http.StatusOK, seq
	}
	if r.phase != "open" && r.phase != "discussion" {
		return http.StatusConflict, 0
	}
	r.byClient[s.name+client] = r.say(s.name, strings.TrimSpace(text))
	return http.StatusCreated, len(r.events)
}

func (f *fake) vote(w http.ResponseWriter, req *http.Request, r *fakeRoom) {
	s := r.tokens[r.token(req)]
	if s == nil || s.voted || r.phase != "voting" {
		problem(w, http.StatusConflict)
		return
	}
	s.voted = true
	r.append(map[string]any{"type": "voted", "player": s.name})
	answer(w, http.StatusCreated, map[string]any{"seq": len(r.events)})
}

func (f *fake) typing(w http.ResponseWriter, req *http.Request, r *fakeRoom) {
	if s := r.tokens[r.token(req)]; s != nil {
		r.pass(map[string]any{"type": "typing", "player": s.name})
	}
	w.WriteHeader(http.StatusNoContent)
}

func (f *fake) poll(w http.ResponseWriter, req *http.Request, r *fakeRoom) {
	after, _ := strconv.Atoi(req.FormValue("after"))
	changed := r.changed
	if r.late {
		f.mu.Unlock()
		select {
		case <-changed:
		case <-req.Context().Done():
		}
		f.mu.Lock()
	}
	if wait := req.FormValue("wait"); wait != "" && after >= len(r.events) && r.status != "closed" {
		f.mu.Unlock()
		select {
		case <-changed:
		case <-req.Context().Done():
		case <-time.After(20 * time.Second):
		}
		f.mu.Lock()
	}
	events := append([]map[string]any{}, r.events[min(after, len(r.events)):]...)
	answer(w, http.StatusOK, map[string]any{"events": events, "next": after + len(events)})
}

func (f *fake) act(w http.ResponseWriter, req *http.Request, r *fakeRoom) {
	if r.token(req) != r.host {
		problem(w, http.StatusForbidden)
		return
	}
	switch req.PathValue("act") {
	case "start":
		r.begin("Is a promise made to a machine a promise?", "Player 3", "Player 6", "Player 9")
	case "pause":
		r.left = time.Until(r.ends)
		r.append(map[string]any{"type": "paused"})
	case "resume":
		r.ends = time.Now().Add(r.left)
		r.append(map[string]any{"type": "resumed"})
	case "end":
		r.enter("closed", r.round, 0)
	}
	w.WriteHeader(http.StatusNoContent)
}
