/// What is kept of responses under way: those that values are taken out of, and heads that come in pieces.
struct KeptResponses {
    private struct Entry {
        var partialHead: [UInt8] = []
        var head: [UInt8] = []
        var body: [UInt8] = []
        var trailers: [UInt8] = []
        var isTooLong = false
    }

    private var entries: [Entry] = []
    private var unused: [Int32] = []

    /// A place to keep a response in.
    mutating func take() -> Int32 {
        if let index = unused.popLast() { return index }
        entries.append(Entry())
        return Int32(entries.count - 1)
    }

    /// Gives a place back, if there is one.
    mutating func giveBack(_ index: inout Int32) {
        guard index >= 0 else { return }
        entries[Int(index)] = Entry()
        unused.append(index)
        index = -1
    }

    /// Adds a part of a head that is not whole yet; takes a place if there is none.
    ///
    /// - Returns: false when the head passes its bound, or does not begin as a response does.
    mutating func appendPartialHead(_ bytes: UnsafeRawBufferPointer, _ index: inout Int32) -> Bool {
        if index < 0 { index = take() }
        guard entries[Int(index)].partialHead.count + bytes.count <= SocketBounds.headBytes else { return false }
        entries[Int(index)].partialHead.append(contentsOf: bytes)
        return zip(entries[Int(index)].partialHead, "HTTP/".utf8).allSatisfy { $0 == $1 }
    }

    /// The head that has come in pieces.
    mutating func takePartialHead(_ index: Int32) -> [UInt8] {
        defer { entries[Int(index)].partialHead = [] }
        return entries[Int(index)].partialHead
    }

    /// Keeps a whole head.
    mutating func set(head: UnsafeRawBufferPointer, _ index: Int32) { entries[Int(index)].head = Array(head) }

    /// Keeps a part of a body; a body that passes its bound is not kept at all.
    mutating func append(body bytes: UnsafeRawBufferPointer, _ index: Int32) {
        guard !entries[Int(index)].isTooLong, !entries[Int(index)].head.isEmpty else { return }
        if entries[Int(index)].body.count + bytes.count > SocketBounds.keptBodyBytes {
            entries[Int(index)].isTooLong = true
            entries[Int(index)].body = []
        } else {
            entries[Int(index)].body.append(contentsOf: bytes)
        }
    }

    /// Keeps a part of a trailer section; what passes its bound is not kept.
    mutating func append(trailers bytes: UnsafeRawBufferPointer, _ index: Int32) {
        guard !entries[Int(index)].head.isEmpty,
            entries[Int(index)].trailers.count + bytes.count <= SocketBounds.keptTrailerBytes
        else { return }
        entries[Int(index)].trailers.append(contentsOf: bytes)
    }

    /// Gives what was kept to `result`, and the place back.
    mutating func take(_ index: inout Int32, into result: inout TransferResult) {
        let entry = entries[Int(index)]
        giveBack(&index)
        (result.head, result.body, result.trailers) = (entry.head, entry.body, entry.trailers)
    }
}
