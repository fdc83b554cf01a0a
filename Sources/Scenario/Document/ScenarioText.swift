internal import Formats

extension ScenarioFile {

    /// The text of a scenario file.
    ///
    /// - Parameter bytes: the file's content
    /// - Throws: an error, with its place, if the content is not UTF-8
    public static func text(of bytes: [UInt8]) throws(ScenarioError) -> String {
        let begin = ScenarioError.Place(line: 1, column: 1)
        let isUTF16 = bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff])
        // Text of ASCII characters has a zero in each pair of bytes.
        let pairs = bytes.prefix(64)
        let zeros = pairs.count { $0 == 0 }
        guard !isUTF16, zeros == 0 || zeros * 2 < pairs.count - 1 else {
            throw ScenarioError("the file is UTF-16: save it as UTF-8", at: begin)
        }
        if let zero = bytes.firstIndex(of: 0) {
            throw ScenarioError("the file contains the character NUL", at: ScenarioError.Place(ofByte: zero, in: bytes))
        }
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        // Invalid bytes become U+FFFD, which has other bytes than the file at that place.
        let repaired = String(decoding: bytes, as: UTF8.self).utf8
        let wrong = zip(bytes, repaired).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? 0
        throw ScenarioError(
            "the file is not UTF-8: save it as UTF-8", at: ScenarioError.Place(ofByte: wrong, in: bytes))
    }
}

extension ScenarioError.Place {

    /// The line and column of a byte, both from 1; the column counts characters.
    init(ofByte offset: Int, in bytes: some Collection<UInt8>) {
        let before = bytes.prefix(offset)
        let line = before.count { $0 == 0x0a } + 1
        let own = before.reversed().prefix { $0 != 0x0a }
        // Bytes after the first of a character have the form 10xxxxxx (RFC 3629).
        self.init(line: line, column: own.count { $0 & 0xc0 != 0x80 } + 1)
    }
}
