/// Transfers a value to the thread that is its only owner from then on.
public final class Handover<Value: ~Copyable>: @unchecked Sendable {
    private var value: Value?

    /// A value that nothing else uses any more.
    public init(_ value: consuming Value) { self.value = consume value }

    /// The value for the first caller; nil for later ones.
    public func take() -> Value? { value.take() }
}
