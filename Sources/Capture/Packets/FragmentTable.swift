import Traffic

/// Reassembles fragmented IP datagrams (RFC 791 section 3.2, RFC 8200 section 4.5), within limits. The first copy of a
/// byte wins.
struct FragmentTable {
    struct Key: Hashable {
        var sourceHigh: UInt64
        var sourceLow: UInt64
        var destinationHigh: UInt64
        var destinationLow: UInt64
        var identification: UInt32
        var transport: UInt8
    }

    enum Result {
        case incomplete
        /// The fragment is invalid, or there is no room for it.
        case refused
        /// The payload of the whole datagram, valid until the next call.
        case whole(WireBytes)
    }

    fileprivate struct Datagram {
        var key: Key
        var began: Int64
        var bytes: [UInt8] = []
        /// Which eight-byte units are present.
        var present: [Bool] = []
        /// Length of the datagram, known once its last fragment is present.
        var total: Int?
    }

    private let maximumCount: Int
    private let maximumAge: Int64
    private var datagrams: [Datagram] = []
    /// Datagrams given up since the last ``takeEvictions()``.
    private var evictions: UInt64 = 0
    private let assembled = AssembledDatagram()

    init(limits: CaptureLimits) {
        maximumCount = limits.maxFragmentedDatagrams
        maximumAge = limits.fragmentLifetime.wholeNanoseconds
    }

    /// Takes the number of datagrams given up.
    mutating func takeEvictions() -> UInt64 {
        defer { evictions = 0 }
        return evictions
    }

    mutating func add(_ payload: WireBytes, at offset: Int, isLast: Bool, to key: Key, time: Int64)
        -> Result
    {
        let end = offset + payload.count
        guard payload.count > 0, end <= 65535, isLast || payload.count % 8 == 0 else { return .refused }
        let index = datagrams.firstIndex { $0.key == key } ?? begin(key, time)
        if isLast { datagrams[index].total = end }
        if let total = datagrams[index].total, end > total {
            datagrams.remove(at: index)
            return .refused
        }
        datagrams[index].fill(payload, at: offset)
        guard datagrams[index].isWhole else { return .incomplete }
        return .whole(assembled.hold(datagrams.remove(at: index).bytes))
    }

    /// The last reassembled datagram, with an IP header made from `key`.
    func withHeader(_ key: Key) -> WireBytes { assembled.withHeader(key) }

    private mutating func begin(_ key: Key, _ time: Int64) -> Int {
        let before = datagrams.count
        datagrams.removeAll { time &- $0.began > maximumAge }
        if datagrams.count >= maximumCount { datagrams.removeFirst() }
        evictions += UInt64(before - datagrams.count)
        datagrams.append(Datagram(key: key, began: time))
        return datagrams.count - 1
    }
}

extension FragmentTable.Datagram {
    fileprivate var isWhole: Bool {
        guard let total else { return false }
        return present.count * 8 >= total && present.allSatisfy { $0 }
    }

    fileprivate mutating func fill(_ payload: WireBytes, at offset: Int) {
        let end = offset + payload.count
        if bytes.count < end { bytes.append(contentsOf: repeatElement(0, count: end - bytes.count)) }
        let lastUnit = (end + 7) / 8
        if present.count < lastUnit {
            present.append(contentsOf: repeatElement(false, count: lastUnit - present.count))
        }
        for unit in (offset / 8)..<lastUnit where !present[unit] {
            present[unit] = true
            for index in (unit * 8)..<min(unit * 8 + 8, end) {
                bytes[index] = payload.byte(index - offset)
            }
        }
    }
}
