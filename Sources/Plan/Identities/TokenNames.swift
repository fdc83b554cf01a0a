import Formats
import Traffic

/// Finds people's names in tokens that are signed again: a person named in a token is named elsewhere in the session
/// too.
enum TokenNames {
    /// The names in the tokens that no response of `reading` gave, and the first request with each token.
    ///
    /// - Parameter knownNames: login names found anywhere in the recording.
    static func find(in reading: SessionReading, knownNames: Set<[UInt8]>) -> [(name: [UInt8], request: Int)] {
        var found: [(name: [UInt8], request: Int)] = []
        var seen: Set<[UInt8]> = []
        for (index, request) in reading.requests.enumerated() {
            for part in request.parts {
                for text in tokens(in: part.bytes) where seen.insert(text).inserted {
                    guard let token = RecordedToken(text), !isGiven(text, in: reading),
                        let name = TokenRecipe.person(of: token, knownNames: knownNames)
                    else { continue }
                    found.append((name, index))
                }
            }
        }
        return found
    }

    /// The substrings of `bytes` that have the shape of a token.
    private static func tokens(in bytes: [UInt8]) -> [[UInt8]] {
        let beginning = Array("eyJ".utf8)
        return bytes.withUnsafeBufferPointer { bytes in
            var tokens: [[UInt8]] = []
            var position = 0
            while let end = ByteSearch.end(of: beginning, in: bytes, from: position) {
                let start = end - beginning.count
                let stop = bytes[start...].firstIndex { !isOfToken($0) } ?? bytes.count
                position = max(end, stop)
                if start > 0, isOfToken(bytes[start - 1]) { continue }
                if RecordedToken.isLikely(bytes, start..<stop) { tokens.append(Array(bytes[start..<stop])) }
            }
            return tokens
        }
    }

    private static func isOfToken(_ byte: UInt8) -> Bool {
        PercentStyle.isUnreserved(byte) && byte != UInt8(ascii: "~")
    }

    /// Whether a response of `reading` contains `token`.
    static func isGiven(_ token: [UInt8], in reading: SessionReading) -> Bool {
        reading.requests.indices.contains { index in
            let texts = [reading.exchange(index).response?.head ?? [], reading.responseBodies[index]]
            return texts.contains { text in
                text.withUnsafeBufferPointer { ByteSearch.end(of: token, in: $0) != nil }
            }
        }
    }
}
