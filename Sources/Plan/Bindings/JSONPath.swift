/// The way from a JSON text's root to one of its leaves.
public struct JSONPath: Hashable, Sendable {
    /// A step down.
    public enum Step: Hashable, Sendable {
        /// To the member of this name, UTF-8 with escapes resolved.
        case member([UInt8])
        /// To the element of this index; to the last one of a shorter array, for lists differ in length from run to run.
        case element(Int)
    }

    /// The steps from the root.
    public var steps: [Step]

    /// The way of `steps`.
    public init(_ steps: [Step]) { self.steps = steps }
}

extension JSONPath: CustomStringConvertible {
    /// `$.items[0].id`.
    public var description: String { text { "[\($0)]" } }

    /// As ``description``, with every position the same: `$.items[*].id`.
    var descriptionWithoutPositions: String { text { _ in "[*]" } }

    private func text(_ position: (Int) -> String) -> String {
        steps.reduce(into: "$") { text, step in
            switch step {
            case .member(let name): text += LabelText.step(name)
            case .element(let index): text += position(index)
            }
        }
    }
}
