/// Where a decoder is after it was given input.
enum DecoderState {
    /// It can continue, with more room or more input.
    case going
    /// The coding came to its end.
    case ended
    case damaged
    case outOfMemory
}

/// One coding's way back, fed piece by piece.
protocol StepDecoder: ~Copyable {
    /// Decodes from `input`, which it shortens by what it used, into `room`.
    ///
    /// - Returns: the bytes put into `room`, which are good whatever the state, and the state.
    mutating func decode(
        _ input: inout UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer
    ) -> (count: Int, state: DecoderState)
}
