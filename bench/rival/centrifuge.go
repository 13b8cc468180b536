package rival

import (
	"context"
	"net/http"
	"time"

	"github.com/centrifugal/centrifuge"
)

// NewCentrifuge returns a server made of the library that Centrifugo is made
// of: channels in memory with history and recovery, its JSON protocol. Unless it
// is nil, keep is called with what is published before anybody gets it.
func NewCentrifuge(keep func([]byte) error) (http.Handler, func(context.Context) error, error) {
	node, err := centrifuge.New(centrifuge.Config{ClientQueueMaxSize: 64 << 20})
	if err != nil {
		return nil, nil, err
	}
	broker, err := centrifuge.NewMemoryBroker(node, centrifuge.MemoryBrokerConfig{})
	if err != nil {
		return nil, nil, err
	}
	node.SetBroker(broker)
	node.OnConnecting(func(context.Context, centrifuge.ConnectEvent) (centrifuge.ConnectReply, error) {
		return centrifuge.ConnectReply{Credentials: &centrifuge.Credentials{UserID: "bench"}}, nil
	})
	node.OnConnect(func(c *centrifuge.Client) {
		c.OnSubscribe(func(_ centrifuge.SubscribeEvent, answer centrifuge.SubscribeCallback) {
			answer(centrifuge.SubscribeReply{Options: centrifuge.SubscribeOptions{EnableRecovery: true}}, nil)
		})
		c.OnPublish(func(e centrifuge.PublishEvent, answer centrifuge.PublishCallback) {
			if keep != nil {
				if err := keep(e.Data); err != nil {
					answer(centrifuge.PublishReply{}, err)
					return
				}
			}
			answer(centrifuge.PublishReply{Options: centrifuge.PublishOptions{HistorySize: 1024, HistoryTTL: 10 * time.Minute}}, nil)
		})
	})
	if err := node.Run(); err != nil {
		return nil, nil, err
	}
	return centrifuge.NewWebsocketHandler(node, centrifuge.WebsocketConfig{
		UseWriteBufferPool: true, WriteTimeout: 30 * time.Second,
		PingPongConfig: centrifuge.PingPongConfig{PingInterval: -1, PongTimeout: -1},
	}), node.Shutdown, nil
}
