import Foundation
import Glibc
import Testing
import Threads
import Traffic

@testable import Replay

/// The interface to the kernel: what is watched, under which token, and how long a wait takes.
@Suite struct EventPollTests {
    /// Two connected sockets, closed together.
    private final class Ends {
        let near: Int32
        let far: Int32

        init() throws {
            var ends: [Int32] = [-1, -1]
            try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
            (near, far) = (ends[0], ends[1])
        }

        deinit {
            close(near)
            close(far)
        }

        func say(_ text: String) { _ = Array(text.utf8).withUnsafeBytes { write(far, $0.baseAddress, $0.count) } }
    }

    /// An instance whose waits return values.
    private final class Poll {
        let poll: EventPoll

        init(capacity: Int = 16) throws { poll = try EventPoll(capacity: capacity) }

        /// What is ready, immediately unless a time is given.
        func ready(_ nanoseconds: Int64? = 0) throws -> [Ready] {
            let count = try poll.wait(nanoseconds: nanoseconds)
            return (0..<count).map { Ready(poll.ready(at: $0)) }
        }

        func watch(_ file: Int32, for interest: EventPoll.Interest, token: UInt64) -> Bool {
            poll.watch(file, for: interest, token: token)
        }

        func tokens() throws -> [Ready] {
            let count = try poll.wait(nanoseconds: 0)
            return (0..<count).map { Ready(poll.readyToken(at: $0)) }
        }
    }

    /// A descriptor or a token, and what it is ready for.
    private struct Ready: Equatable {
        var name: UInt64
        var interest: EventPoll.Interest

        init(_ file: Int32, _ interest: EventPoll.Interest) { (name, self.interest) = (UInt64(file), interest) }
        init(_ ready: (file: Int32, interest: EventPoll.Interest)) { self.init(ready.file, ready.interest) }
        init(_ ready: (token: UInt64, interest: EventPoll.Interest)) {
            (name, interest) = (ready.token, ready.interest)
        }
    }

    @Test func readyFilesAreReportedByTheirDescriptors() throws {
        let (poll, quiet, loud) = (try Poll(), try Ends(), try Ends())
        try poll.poll.watch(quiet.near, for: .read)
        try poll.poll.watch(loud.near, for: .read)
        #expect(try poll.ready() == [])
        loud.say("x")
        #expect(try poll.ready() == [Ready(loud.near, .read)])
        #expect(try poll.ready(nil) == [Ready(loud.near, .read)], "it is reported as long as it lasts")
    }

    @Test func interestsCanBeChanged() throws {
        let (poll, ends) = (try Poll(), try Ends())
        try poll.poll.watch(ends.near, for: .read)
        try poll.poll.watch(ends.near, for: .write)
        #expect(try poll.ready() == [Ready(ends.near, .write)], "watched a second time, its interest changes")
        try poll.poll.change(ends.near, to: .read)
        #expect(try poll.ready() == [])
        try poll.poll.change(ends.near, to: [.read, .write])
        #expect(try poll.ready() == [Ready(ends.near, .write)])
        poll.poll.forget(ends.near)
        #expect(try poll.ready() == [])
        try poll.poll.change(ends.near, to: .write)
        #expect(try poll.ready() == [Ready(ends.near, .write)], "what is not watched is added")
    }

    @Test func whatIsNotADescriptorIsRefused() throws {
        let poll = try Poll()
        #expect(throws: SystemCallError("epoll_ctl", code: EBADF)) { try poll.poll.watch(-1, for: .read) }
        #expect(throws: SystemCallError("epoll_ctl", code: EBADF)) { try poll.poll.change(-1, to: .read) }
        #expect(!poll.watch(-1, for: .read, token: 1))
        poll.poll.forget(-1)
    }

    @Test(arguments: [0, 1, UInt64.max, 0x1234_5678_9abc_def0]) func tokensComeBack(token: UInt64) throws {
        let (poll, ends) = (try Poll(), try Ends())
        #expect(poll.watch(ends.near, for: [.read, .write, .edge], token: token))
        #expect(!poll.watch(ends.near, for: .read, token: token), "it is watched already")
        #expect(try poll.tokens() == [Ready((token: token, interest: .write))])
        #expect(try poll.tokens() == [], "a change is reported once")
        ends.say("x")
        #expect(try poll.tokens() == [Ready((token: token, interest: [.read, .write]))])
    }

    @Test func endsAreReported() throws {
        let (poll, ends) = (try Poll(), try Ends())
        try poll.poll.watch(ends.near, for: [.read, .peerClosed])
        shutdown(ends.far, Int32(SHUT_WR))
        #expect(try poll.ready() == [Ready(ends.near, [.read, .peerClosed])])
        shutdown(ends.near, Int32(SHUT_RDWR))
        #expect(try poll.ready().first?.interest.isDisjoint(with: .failure) == false)
    }

    @Test func aWaitReportsAsManyAsItHasRoomFor() throws {
        let (poll, ends) = (try Poll(capacity: 2), [try Ends(), try Ends(), try Ends()])
        for end in ends { try poll.poll.watch(end.near, for: .write) }
        let ready = try poll.ready()
        #expect(ready.count == 2 && ready[0] != ready[1])
        #expect(ready.allSatisfy { ready in ends.contains { Ready($0.near, .write) == ready } })
    }

    @Test(arguments: [-1, 0, 1_500_000] as [Int64]) func aWaitHasItsLength(nanoseconds: Int64) throws {
        let poll = try Poll()
        let begin = ContinuousClock.now
        #expect(try poll.ready(nanoseconds) == [])
        #expect(ContinuousClock.now - begin >= .nanoseconds(max(0, nanoseconds)))
    }

    @Test func aWakeSignalIsReadableUntilItIsCleared() throws {
        let (poll, wake) = (try Poll(), try WakeSignal())
        try poll.poll.watch(wake.file, for: .read)
        wake.clear()
        #expect(try poll.ready() == [])
        wake.wake()
        wake.wake()
        #expect(try poll.ready() == [Ready(wake.file, .read)])
        wake.clear()
        #expect(try poll.ready() == [], "once clears all")
        wake.wake()
        wake.wait(milliseconds: 60_000)
        #expect(try poll.ready() == [], "who waited for it has cleared it")
        let ends = try Ends()
        ends.say("x")
        wake.wait(milliseconds: 60_000, or: ends.near)
    }

    @Test func threadsHaveTheirNameAndDoNotEndTheProcess() throws {
        final class Seen: @unchecked Sendable {
            var name = ""
            var isBlocked = false
            var code: Int32 = 0
        }
        let seen = Seen()
        let thread = try NamedThread(name: "a name of 15 by") {
            seen.name = (try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)) ?? ""
            var signals = sigset_t()
            pthread_sigmask(SIG_BLOCK, nil, &signals)
            seen.isBlocked = sigismember(&signals, SIGPIPE) == 1
            guard seen.isBlocked else { return }
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { return }
            close(ends[0])
            var byte: UInt8 = 1
            seen.code = write(ends[1], &byte, 1) < 0 ? errno : 0
            close(ends[1])
        }
        thread.join()
        #expect(seen.name == "a name of 15 by\n")
        #expect(seen.isBlocked && seen.code == EPIPE, "a connection that is gone is an error of the write")
    }

    @Test func aValueIsHandedOverOnce() {
        let handover = Handover(7)
        #expect(handover.take() == 7)
        #expect(handover.take() == nil)
    }
}
