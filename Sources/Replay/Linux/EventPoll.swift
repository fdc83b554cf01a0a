internal import CLinux
internal import Formats
internal import Glibc
internal import Threads
internal import Traffic

/// An epoll instance (epoll(7)), level-triggered unless asked otherwise, that waits until an absolute time with nanosecond resolution.
///
/// Owned by one thread.
struct EventPoll: ~Copyable {
    /// What a descriptor is ready for, or watched for.
    struct Interest: OptionSet, Hashable {
        let rawValue: UInt32
        static let read = Interest(rawValue: UInt32(EPOLLIN.rawValue))
        static let write = Interest(rawValue: UInt32(EPOLLOUT.rawValue))
        /// Only reported: an error or hang-up.
        static let failure = Interest(rawValue: UInt32(EPOLLERR.rawValue) | UInt32(EPOLLHUP.rawValue))
        /// The peer will send no more.
        static let peerClosed = Interest(rawValue: UInt32(EPOLLRDHUP.rawValue))
        /// Reported once for each change, not as long as it lasts.
        static let edge = Interest(rawValue: UInt32(EPOLLET.rawValue))
    }

    /// The instance's own descriptor: another one can watch it.
    let descriptor: Int32
    private let events: UnsafeMutableBufferPointer<epoll_event>

    /// An epoll instance that reports up to `capacity` descriptors a wait.
    init(capacity: Int = 1024) throws(SystemCallError) {
        let descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { throw SystemCallError("epoll_create1") }
        self.descriptor = descriptor
        events = .allocate(capacity: capacity)
        events.initialize(repeating: epoll_event())
    }

    deinit {
        close(descriptor)
        events.deallocate()
    }

    /// Watches `file`; one that is watched already only changes its interest.
    func watch(_ file: Int32, for interest: Interest) throws(SystemCallError) {
        var event = epoll_event()
        event.events = interest.rawValue
        event.data.fd = file
        if epoll_ctl(descriptor, EPOLL_CTL_ADD, file, &event) == 0 { return }
        guard errno == EEXIST, epoll_ctl(descriptor, EPOLL_CTL_MOD, file, &event) == 0 else {
            throw SystemCallError("epoll_ctl")
        }
    }

    /// Watches `file`, which is not watched yet, under a name of the caller's for ``readyToken(at:)``.
    ///
    /// - Returns: whether the machine took it.
    func watch(_ file: Int32, for interest: Interest, token: UInt64) -> Bool {
        var event = epoll_event()
        event.events = interest.rawValue
        event.data.u64 = token
        return epoll_ctl(descriptor, EPOLL_CTL_ADD, file, &event) == 0
    }

    /// Changes what a watched `file` is watched for.
    func change(_ file: Int32, to interest: Interest) throws(SystemCallError) {
        var event = epoll_event()
        event.events = interest.rawValue
        event.data.fd = file
        if epoll_ctl(descriptor, EPOLL_CTL_MOD, file, &event) == 0 { return }
        guard errno == ENOENT, epoll_ctl(descriptor, EPOLL_CTL_ADD, file, &event) == 0 else {
            throw SystemCallError("epoll_ctl")
        }
    }

    /// Ends watching `file`; one that is closed already is no error.
    func forget(_ file: Int32) {
        var event = epoll_event()
        epoll_ctl(descriptor, EPOLL_CTL_DEL, file, &event)
    }

    /// Waits until a descriptor is ready or `nanoseconds` are over (epoll_pwait2(2)); nil waits without end.
    ///
    /// - Returns: how many entries ``ready(at:)`` has; 0 when the time is over or a signal came.
    func wait(nanoseconds: Int64?) throws(SystemCallError) -> Int {
        let count: Int32
        if let nanoseconds {
            let (seconds, rest) = max(0, nanoseconds).quotientAndRemainder(dividingBy: Nanoseconds.perSecond)
            var timeout = timespec(tv_sec: Int(seconds), tv_nsec: Int(rest))
            count = epoll_pwait2(descriptor, events.baseAddress, Int32(events.count), &timeout, nil)
        } else {
            count = epoll_pwait2(descriptor, events.baseAddress, Int32(events.count), nil, nil)
        }
        if count >= 0 { return Int(count) }
        guard errno == EINTR else { throw SystemCallError("epoll_pwait2") }
        return 0
    }

    /// The token of the `index`th descriptor of the last wait, and what it is ready for.
    @inline(__always)
    func readyToken(at index: Int) -> (token: UInt64, interest: Interest) {
        (events[index].data.u64, Interest(rawValue: events[index].events))
    }

    /// The `index`th descriptor of the last wait, and what it is ready for.
    func ready(at index: Int) -> (file: Int32, interest: Interest) {
        (events[index].data.fd, Interest(rawValue: events[index].events))
    }
}
