internal import HTTPWire
internal import Measurement
internal import Plan

/// The response that libcurl reads for a transfer: what is kept of it, and whether its framing is valid.
struct CurlResponse {
    /// What to do after a line.
    enum Step {
        case proceed
        /// The response ends here, because it is invalid or switches protocols.
        case stop
        /// Read nothing more from the connection, which lets the transfer time out.
        case mute
    }

    private(set) var head: [UInt8] = []
    private(set) var trailers: [UInt8] = []
    private(set) var body: [UInt8] = []
    /// Bytes of the body, kept or not.
    private(set) var bodyBytes: UInt64 = 0
    private(set) var bodyHash = BodyHash()
    /// Whether its content is HTML; only determined if the recorded one is not.
    private(set) var isHTML = false
    private(set) var isPastHead = false
    /// Whether the body ends with the connection.
    private(set) var endsWithConnection = false
    /// Whether the server switches to another protocol (RFC 9110 section 15.2.2) although that was not requested:
    /// libcurl would then wait.
    private(set) var isSwitching = false
    /// Why the response was aborted; nil while it is valid.
    private(set) var failure: Fate?

    private var bounds = CurlBounds()
    private var keepsResponse = false
    /// The longest body that is stored; 0 for none.
    private var keptBodyLimit = 0
    private var isTooLong = false
    private var comparesBody = false
    /// Whether HTML would be a different response than expected.
    private var expectsNoHTML = false
    /// Whether the request was a HEAD request, whose response has no body.
    private var answersHead = false
    /// Whether the current head is that of an interim response, with the final one to follow.
    private var isInterim = false
    /// Whether the next line is the first of a head.
    private var expectsStatusLine = true
    /// Whether the last line was the first of a head.
    private var followsStatusLine = false
    /// Bytes of the response's heads, or of its trailers after the body has begun.
    private var fieldBytes = 0
    /// The lines that determine the framing of the response's body.
    private var framingLines: [UInt8] = []

    /// Prepares to read the response to `request`; the memory of the previous one is reused.
    mutating func begin(_ request: borrowing OutgoingRequest, _ bounds: CurlBounds) {
        self.bounds = bounds
        let comparesShape = request.flags.contains(.comparesShape)
        keepsResponse = request.keepsResponse || comparesShape
        keptBodyLimit = request.keepsResponse ? bounds.keptBodyBytes : comparesShape ? ResponseShape.longest : 0
        comparesBody = request.flags.contains(.comparesBody)
        expectsNoHTML = request.flags.contains(.expectsNoHTML)
        answersHead = request.method == "HEAD"
        head.removeAll(keepingCapacity: true)
        trailers.removeAll(keepingCapacity: true)
        body.removeAll(keepingCapacity: true)
        framingLines.removeAll(keepingCapacity: true)
        (bodyBytes, bodyHash, isTooLong) = (0, BodyHash(), false)
        (fieldBytes, isPastHead, isInterim, expectsStatusLine) = (0, false, false, true)
        (isHTML, endsWithConnection, isSwitching, failure) = (false, false, false, nil)
        followsStatusLine = false
    }

    /// Adds a part of the body.
    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        bodyBytes += UInt64(bytes.count)
        if comparesBody { bodyHash.add(bytes) }
        guard keepsResponse, !isTooLong else { return }
        guard body.count + bytes.count <= keptBodyLimit else {
            isTooLong = true
            body.removeAll()
            return
        }
        body.append(contentsOf: bytes)
    }

    /// Adds a line of a head or of the trailers, with its line end.
    ///
    /// - Parameter speaksHTTP2: whether HTTP/2 was asked for
    mutating func add(line: UnsafeRawBufferPointer, speaksHTTP2: Bool) -> Step {
        fieldBytes += line.count
        if fieldBytes > bounds.headBytes {
            // libcurl stores every trailer, so reading stops here and the transfer times out.
            if isPastHead { return .mute }
            failure = .badFraming
            return .stop
        }
        if isPastHead {
            keep(trailer: line)
            return .proceed
        }
        guard readFraming(line, speaksHTTP2: speaksHTTP2) else {
            failure = .badFraming
            return .stop
        }
        keep(line)
        if expectsNoHTML, RecordedResponse.isHTML(line) { isHTML = true }
        // The response ends with its head.
        return isSwitching && isPastHead ? .stop : .proceed
    }

    /// Checks the framing of the response: libcurl uses the last of several lengths, and ignores one that is too large.
    private mutating func readFraming(_ line: UnsafeRawBufferPointer, speaksHTTP2: Bool) -> Bool {
        guard let first = line.first else { return true }
        if followsStatusLine, ResponseRules.continuesNothing(line) { return false }
        followsStatusLine = expectsStatusLine
        if expectsStatusLine {
            expectsStatusLine = false
            // For HTTP/2, libcurl writes its own status line.
            guard ResponseRules.isStatusLine(line) || (speaksHTTP2 && line.starts(with: "HTTP/2 ".utf8)) else {
                return false
            }
            isInterim = false
        }
        if line.starts(with: "HTTP/".utf8) {
            let status = line.drop { $0 != 0x20 }.dropFirst().prefix(3)
            isSwitching = status.elementsEqual("101".utf8)
            isInterim = status.first == UInt8(ascii: "1") && !isSwitching
        } else if first == 0x0d || first == 0x0a {
            if isInterim { expectsStatusLine = true } else { (isPastHead, fieldBytes) = (true, 0) }
        }
        switch first {
        case UInt8(ascii: "H") where line.starts(with: "HTTP/1".utf8):
            framingLines.removeAll(keepingCapacity: true)
            framingLines += line
        case UInt8(ascii: "C"), UInt8(ascii: "c"), UInt8(ascii: "T"), UInt8(ascii: "t"):
            if !framingLines.isEmpty { framingLines += line }
        case UInt8(ascii: "\r"), UInt8(ascii: "\n"):
            guard !framingLines.isEmpty, !answersHead else { return true }
            framingLines += line
            guard let framing = framingLines.withUnsafeBytes({ HeadFraming($0, isRequest: false) }) else { return true }
            if isPastHead { endsWithConnection = framing.endsWithConnection }
            return ResponseRules.isUsable(framing, toHead: false)
        default: break
        }
        return true
    }

    private mutating func keep(_ line: UnsafeRawBufferPointer) {
        guard keepsResponse else { return }
        if line.starts(with: "HTTP/".utf8) { head.removeAll(keepingCapacity: true) }
        guard head.count + line.count <= bounds.keptHeadBytes else { return }
        head.append(contentsOf: line)
    }

    private mutating func keep(trailer line: UnsafeRawBufferPointer) {
        guard keepsResponse, trailers.count + line.count <= bounds.keptHeadBytes else { return }
        trailers.append(contentsOf: line)
    }
}
