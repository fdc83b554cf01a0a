import Formats
import Glibc

/// Walks the blocks of a log, skips damage up to the next intact block, and notes what it skipped.
struct BlockWalker: ~Copyable {
    /// A block header and its position.
    struct Place {
        var header: BlockHeader
        /// Byte offset of the header.
        var offset: UInt64

        var bytes: Range<UInt64> { BlockEntry(header, at: offset).bytes }
    }

    private(set) var source: LogSource
    /// The damage found so far.
    private(set) var damages = LogDamages()
    /// How the log ends; known once ``next()`` returned nil.
    private(set) var ending = LogEnding.unfinished
    /// The log's number; nil as long as only damage was seen.
    private(set) var logID: UInt64?
    /// The number of the log's series; the log's own number if the header is unusable.
    private(set) var seriesID: UInt64
    /// Opens sealed blocks; without it, their payloads are read as stored.
    private var opener: SealOpener?
    private var position = UInt64(LogFormat.fileHeaderBytes)
    private var nextSequence: UInt64 = 0
    /// Sequence numbers below ``nextSequence`` whose blocks were not found yet.
    private var missing = MissingBlocks()
    /// The last block found, until its size is checked against what follows.
    private var last: Place?
    /// Bytes of blocks searched for hidden ones: at most the size of the file, which bounds the cost of a forged log.
    private var researchedBytes: UInt64 = 0
    /// Whether missing blocks are explained by damage already noted.
    private var isResuming = false
    private var buffer = GrowingBuffer()

    /// Opens the log at `path` and reads its header.
    ///
    /// - Parameters:
    ///   - key: opens a sealed log; other logs do not need one.
    ///   - opensSeals: false to read the payloads of a sealed log as stored, which does not need a key.
    /// - Throws: ``SessionLogError`` if it cannot be read, is not a log, has another version or is sealed with another
    ///   key.
    static func open(path: String, key: LogKey?, opensSeals: Bool = true) throws(SessionLogError) -> BlockWalker {
        let source = try LogSource(path: path)
        var buffer = GrowingBuffer()
        try source.read(LogFormat.fileHeaderBytes, at: 0, into: &buffer)
        let reading = FileHeader.read(buffer.bytes)
        switch reading {
        case .valid(let header), .corrected(let header):
            guard header.version == LogFormat.version, header.flags & ~LogFormat.sealedFlag == 0 else {
                throw .unsupportedVersion(path: path, version: header.version)
            }
            if header.isSealed, opensSeals {
                guard let key else { throw .keyNeeded(path: path) }
                guard key.check(logID: header.logID, salt: header.salt) == header.keyCheck else {
                    throw .wrongKey(path: path)
                }
            }
            var walker = BlockWalker(source, header.logID, header.seriesID, opensSeals ? key : nil)
            if reading != .valid(header) { walker.noteHeader() }
            return walker
        case .damaged(let version):
            if let version, version != LogFormat.version { throw .unsupportedVersion(path: path, version: version) }
            var walker = BlockWalker(source, nil, 0, opensSeals ? key : nil)
            let first = try walker.recoverHeader(looksLikeLog: buffer.bytes.starts(with: LogFormat.fileMagic))
            if first?.isSealed == true, opensSeals, key == nil { throw .keyNeeded(path: path) }
            return walker
        }
    }

    private init(_ source: consuming LogSource, _ logID: UInt64?, _ seriesID: UInt64, _ key: LogKey?) {
        self.source = source
        self.logID = logID
        self.seriesID = seriesID
        opener = key.map(SealOpener.init)
    }

    /// The next block; nil at the end of the file. While a log is being written, a later call may find more.
    ///
    /// - Throws: ``SessionLogError/readFailed(path:offset:errno:)``.
    mutating func next() throws(SessionLogError) -> Place? {
        if ending == .beingWritten { source.refresh() }
        while ending != .whole {
            guard position < source.size else {
                if try resumeInsideLast(before: source.size) { continue }
                break
            }
            guard let header = try header(at: position) else {
                if try passDamage() { continue }
                break
            }
            let place = Place(header: header, offset: position)
            if header.sequence > nextSequence, try resumeInsideLast(before: place.offset) { continue }
            last = place
            if place.bytes.upperBound <= source.size {
                position = place.bytes.upperBound
            } else if try !resumeInsideLast(before: source.size) {
                noteCutOff(lost: header.kind == .traffic && isNew(header) ? UInt64(header.count) : nil)
                break
            }
            guard isInOrder(place) else { continue }
            guard header.kind == .end else { return place }
            ending = .whole
            if header.storedBytes > 0 { try checkEnd(place) }
        }
        noteEnd()
        return nil
    }

    /// Reads the payload of a block into `payload`, and opens it if sealed.
    ///
    /// - Returns: false if it does not match its checksum or its seal; the damage is noted then.
    mutating func read(_ place: Place, into payload: inout GrowingBuffer) throws(SessionLogError) -> Bool {
        let start = place.offset + UInt64(LogFormat.blockHeaderBytes)
        try source.read(Int(place.header.storedBytes), at: start, into: &payload)
        guard payload.count == Int(place.header.storedBytes), CRC32.of(payload.bytes) == place.header.payloadChecksum
        else {
            note(place.header.kind == .index ? .index : .checksum, place)
            return false
        }
        guard place.header.isSealed, opener != nil else { return true }
        guard opener?.open(place.header, &payload) == true else {
            note(.seal, place)
            return false
        }
        return true
    }

    /// Notes damage to a block.
    mutating func note(_ kind: LogDamage.Kind, _ place: Place) {
        let lost = place.header.kind == .traffic ? UInt64(place.header.count) : nil
        damages.add(LogDamage(kind: kind, bytes: place.bytes, lostExchanges: lost))
    }

    /// The valid header at `offset`; nil if there is none.
    mutating func header(at offset: UInt64) throws(SessionLogError) -> BlockHeader? {
        try source.read(LogFormat.blockHeaderBytes, at: offset, into: &buffer)
        return BlockHeader.read(buffer.bytes, logID: logID)
    }
}

extension BlockWalker {
    private mutating func noteHeader() {
        damages.add(LogDamage(kind: .fileHeader, bytes: 0..<UInt64(LogFormat.fileHeaderBytes)))
    }

    /// Finds the first block of a log with an unusable file header; without a block, the file is not a log.
    private mutating func recoverHeader(looksLikeLog: Bool) throws(SessionLogError) -> BlockHeader? {
        guard let first = try search(from: 0, to: UInt64(LogFormat.maximumSearchBytes)) else {
            guard looksLikeLog else { throw .notSessionLog(path: source.path) }
            damages.add(LogDamage(kind: .fileHeader, bytes: 0..<source.size))
            position = source.size
            return nil
        }
        let header = try header(at: first)
        logID = header?.logID
        seriesID = header?.logID ?? 0
        let headerBytes = UInt64(LogFormat.fileHeaderBytes)
        damages.add(LogDamage(kind: .fileHeader, bytes: 0..<min(first, headerBytes)))
        // If the first block is in its place, only the header is damaged; otherwise the bytes between are noted too.
        position = min(first, headerBytes)
        isResuming = first < headerBytes
        return header
    }

    /// Checks the payload of an end block: the seal of an empty payload.
    private mutating func checkEnd(_ place: Place) throws(SessionLogError) {
        var payload = GrowingBuffer()
        _ = try read(place, into: &payload)
    }

    /// Skips to the next block, and notes the bytes before it.
    ///
    /// - Returns: false when there is no other block.
    private mutating func passDamage() throws(SessionLogError) -> Bool {
        if try resumeInsideLast(before: position) { return true }
        let start = position
        if let next = try search(from: start + 1, to: source.size) {
            damages.add(LogDamage(kind: .blockHeader, bytes: start..<next))
            position = next
            isResuming = true
            return true
        }
        let isHeaderCut = source.size - start < UInt64(LogFormat.blockHeaderBytes)
        if isHeaderCut || source.isBeingWritten {
            noteCutOff(lost: nil)
        } else {
            damages.add(LogDamage(kind: .blockHeader, bytes: start..<source.size))
            position = source.size
        }
        return false
    }

    /// Notes a truncated block. A writer's unfinished block is not damage: it may be complete at the next look.
    private mutating func noteCutOff(lost: UInt64?) {
        guard !source.isBeingWritten else { return }
        damages.add(LogDamage(kind: .cutOff, bytes: position..<source.size, lostExchanges: lost))
        position = source.size
    }

    private mutating func noteEnd() {
        if ending != .whole {
            ending = source.isBeingWritten ? .beingWritten : .unfinished
        } else if position < source.size {
            damages.add(LogDamage(kind: .trailing, bytes: position..<source.size))
            position = source.size
        }
    }

    /// Whether a block is to be read, because it is not a repeat.
    private mutating func isInOrder(_ place: Place) -> Bool {
        let sequence = place.header.sequence
        guard sequence >= nextSequence else {
            let isNew = missing.remove(sequence)
            let isKnown = isNew || missing.isComplete
            let lost = isKnown || place.header.kind != .traffic ? nil : UInt64(place.header.count)
            damages.add(LogDamage(kind: .repeatedBlock, bytes: place.bytes, lostExchanges: lost))
            return isNew
        }
        if sequence > nextSequence {
            if !isResuming { damages.add(LogDamage(kind: .missingBlocks, bytes: place.offset..<place.offset)) }
            missing.add(nextSequence..<sequence)
        }
        isResuming = false
        nextSequence = sequence &+ 1
        return true
    }

    /// Goes back to a block hidden by the last one: if bytes are missing from a payload, its size reaches past the next
    /// header.
    ///
    /// - Returns: false when there is none before `end`.
    private mutating func resumeInsideLast(before end: UInt64) throws(SessionLogError) -> Bool {
        guard let last, !source.isBeingWritten, researchedBytes <= source.size else { return false }
        self.last = nil
        let start = last.offset + UInt64(LogFormat.blockHeaderBytes)
        let limit = min(end, last.bytes.upperBound)
        guard start < limit else { return false }
        researchedBytes += limit - start
        // The payload of an intact block is not searched, even if it looks like a block.
        var payload = GrowingBuffer()
        try source.read(Int(last.header.storedBytes), at: start, into: &payload)
        let isWhole = payload.count == Int(last.header.storedBytes)
        guard !isWhole || CRC32.of(payload.bytes) != last.header.payloadChecksum else { return false }
        guard let hidden = try search(from: start, to: limit, onlyNew: true) else { return false }
        damages.add(LogDamage(kind: .shortened, bytes: hidden..<hidden))
        position = hidden
        isResuming = true
        return true
    }

    /// Whether no block with this number was seen before.
    private func isNew(_ header: BlockHeader) -> Bool {
        header.sequence >= nextSequence || missing.contains(header.sequence)
    }

    /// The offset of the first valid block header in `start..<end`.
    ///
    /// - Parameter onlyNew: whether to leave out blocks that were seen before.
    private mutating func search(
        from start: UInt64, to end: UInt64, onlyNew: Bool = false
    ) throws(SessionLogError) -> UInt64? {
        let chunkBytes = 1 << 18
        var chunkStart = start
        while chunkStart < min(end, source.size) {
            // Each chunk overlaps the next by a header's length, so that no header is split.
            try source.read(chunkBytes + LogFormat.blockHeaderBytes, at: chunkStart, into: &buffer)
            let bytes = buffer.bytes
            var offset = 0
            while offset < min(chunkBytes, bytes.count), chunkStart + UInt64(offset) < end,
                let found = bytes.firstOffset(of: LogFormat.blockMagic[0], from: offset)
            {
                let header = BlockHeader.read(UnsafeRawBufferPointer(rebasing: bytes[found...]), logID: logID)
                if let header, chunkStart + UInt64(found) < end, !onlyNew || isNew(header) {
                    return chunkStart + UInt64(found)
                }
                offset = found + 1
            }
            chunkStart += UInt64(chunkBytes)
        }
        return nil
    }
}

extension UnsafeRawBufferPointer {
    /// The first offset of `byte` from `start` on; corresponds to memchr(3).
    fileprivate func firstOffset(of byte: UInt8, from start: Int) -> Int? {
        guard start < count, let base = baseAddress else { return nil }
        return memchr(base + start, Int32(byte), count - start).map { UnsafeRawPointer($0) - base }
    }
}
