/// The state of a decoder after input.
enum DecoderState {
    /// It can continue with more room or more input.
    case going
    /// The coding has ended.
    case ended
    case damaged
    case outOfMemory
}

/// An incremental decoder of one coding.
protocol StepDecoder: ~Copyable {
    /// Decodes from `input`, from which it removes the consumed bytes, into `room`.
    ///
    /// - Returns: the number of bytes written to `room`, which are valid in every state, and the state.
    mutating func decode(
        _ input: inout UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer
    ) -> (count: Int, state: DecoderState)
}
