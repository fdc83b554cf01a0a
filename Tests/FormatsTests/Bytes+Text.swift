extension Array where Element == UInt8 {
    var text: String { String(decoding: self, as: UTF8.self) }
}

/// What `body` returns for the bytes of `text`.
func withBytes<Result>(of text: String, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    Array(text.utf8).withUnsafeBufferPointer(body)
}
