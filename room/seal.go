package room

// Events and commands are closed sets: a switch over them names every member.

func (RoomCreated) event()   {}
func (PlayerSeated) event()  {}
func (SeatFreed) event()     {}
func (PlayerJoined) event()  {}
func (PlayerLeft) event()    {}
func (HostPassed) event()    {}
func (PhaseBegan) event()    {}
func (Paused) event()        {}
func (Resumed) event()       {}
func (MessagePosted) event() {}
func (VoteCast) event()      {}
func (RoundEnded) event()    {}
func (RolesRevealed) event() {}
func (TriggerRaised) event() {}
func (TurnBegan) event()     {}
func (AttemptFailed) event() {}
func (ReplyDrafted) event()  {}
func (TurnEnded) event()     {}

func (Create) command()      {}
func (Join) command()        {}
func (Leave) command()       {}
func (Remove) command()      {}
func (Say) command()         {}
func (Cast) command()        {}
func (Start) command()       {}
func (Pause) command()       {}
func (Resume) command()      {}
func (Skip) command()        {}
func (End) command()         {}
func (Nudge) command()       {}
func (Tick) command()        {}
func (BeginTurn) command()   {}
func (Answer) command()      {}
func (FailAttempt) command() {}
