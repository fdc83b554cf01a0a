/// The path to a text or a number in a protobuf message.
public struct ProtobufPath: Hashable, Sendable {
    /// A field number with an index among the fields with this number.
    public struct Step: Hashable, Sendable {
        /// The field's number.
        public var number: Int
        /// The index among the fields with this number, from 0.
        public var ordinal: Int

        /// The field number `number`, at index `ordinal` among those.
        public init(number: Int, ordinal: Int) {
            self.number = number
            self.ordinal = ordinal
        }
    }

    /// The index of the message in a gRPC body, from 0; nil for a body of one message, framed or not.
    public var frame: Int?
    /// The fields of the path.
    public var steps: [Step]

    /// The path `steps` in the message `frame`.
    public init(frame: Int?, steps: [Step]) {
        self.frame = frame
        self.steps = steps
    }

    /// The text at this path, or the number in decimal digits; nil if there is none.
    public func value(in body: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        if let frames = GRPCFrames.decoded(body), frame != nil || GRPCFrames.areLikely(frames) {
            return frames.withUnsafeBufferPointer { value(inBytes: $0) }
        }
        return value(inBytes: body)
    }

    private func value(inBytes body: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var message = 0..<body.count
        if let frame = frame ?? (GRPCFrames.areLikely(body) ? 0 : nil) {
            let frames = GRPCFrames.ranges(in: body)
            guard !frames.isEmpty else { return nil }
            message = frames[min(frame, frames.count - 1)].message
        }
        for (depth, step) in steps.enumerated() {
            guard let found = ProtobufPath.field(step, in: body, message) else { return nil }
            switch found.kind {
            case .message where depth < steps.count - 1: message = found.content
            case .text where depth == steps.count - 1: return Array(body[found.content])
            case .number(let form) where depth == steps.count - 1:
                return form.value(body, found.content).map { Array(String($0).utf8) }
            case .message, .text, .number: return nil
            }
        }
        return nil
    }

    /// The field of a step; the last one with its number if there are fewer.
    private static func field(
        _ step: Step, in body: UnsafeBufferPointer<UInt8>, _ message: Range<Int>
    ) -> ProtobufFields.Field? {
        var found: ProtobufFields.Field?
        var left = step.ordinal
        var fields = ProtobufFields(body, message)
        while let field = fields.next(), left >= 0 {
            guard field.number == step.number else { continue }
            found = field
            left -= 1
        }
        return found
    }

    /// `protobuf 3.1`, or `protobuf message[1] 3.1` for a later message, with or without positions in lists.
    public func text(hidesPositions: Bool) -> String {
        let numbers = steps.map { step in
            step.ordinal == 0 || hidesPositions ? "\(step.number)" : "\(step.number)[\(step.ordinal)]"
        }
        let frame = hidesPositions ? 0 : frame ?? 0
        return "protobuf " + (frame > 0 ? "message[\(frame)] " : "") + numbers.joined(separator: ".")
    }

    /// The fields `text`, such as `3.1[2]`, of the message with index `message`, or of the only or first one; nil for
    /// any other text.
    public init?(message: Int?, text: String) {
        var steps: [Step] = []
        for part in text.split(separator: ".", omittingEmptySubsequences: false) {
            let digits = part.prefix { $0 != "[" }
            let position = part.dropFirst(digits.count)
            guard let number = Int(digits), number > 0 else { return nil }
            guard !position.isEmpty else {
                steps.append(Step(number: number, ordinal: 0))
                continue
            }
            guard position.hasSuffix("]"), let ordinal = Int(position.dropFirst().dropLast()), ordinal >= 0 else {
                return nil
            }
            steps.append(Step(number: number, ordinal: ordinal))
        }
        self.init(frame: message, steps: steps)
    }
}
