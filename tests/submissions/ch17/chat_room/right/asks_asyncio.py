import asyncio


def chat_room(listener, stop):
    return asyncio.run(serve_room(listener, stop))


class Member(asyncio.Protocol):
    count = 0

    def __init__(self, room, members):
        self.room, self.members, self.parser = room, members, LineParser(MAX_LINE)

    def connection_made(self, transport):
        Member.count += 1
        self.number, self.transport = Member.count, transport
        transport.set_write_buffer_limits(ROOM_BUFFER)
        self.members[self.number] = self

    def data_received(self, data):
        try:
            lines = self.parser.feed(data)
        except FrameError:
            self.go()
            return
        for line in lines:
            self.say(self.room.line(self.number, line.decode(errors="replace")))

    def pause_writing(self):
        self.go()

    def eof_received(self):
        self.go()

    def connection_lost(self, error):
        self.go()

    def go(self):
        if self.members.pop(self.number, None):
            self.transport.abort()
            self.say(self.room.leave(self.number))

    def say(self, pairs):
        for number, text in pairs:
            if number in self.members:
                self.members[number].transport.write(text.encode() + b"\n")


async def serve_room(listener, stop):
    room, members, Member.count = Room(), {}, 0
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Member(room, members), sock=listener.dup())
    while not stop.is_set():
        await asyncio.sleep(0.05)
    server.close()
    for member in list(members.values()):
        member.transport.abort()
    await asyncio.sleep(0)
    return Member.count
