/// JSON with line breaks and indentation; names, their order and the digits of numbers are unchanged.
public struct JSONLayout {
    private static let maximumDepth = 256
    private var output: [UInt8] = []
    private var closers: [UInt8] = []

    /// The formatted `json`; nil if it is not a JSON object or array, not UTF-8, or longer than `limit` bytes.
    public static func text(_ json: [UInt8], limit: Int) -> String? {
        guard json.count <= limit else { return nil }
        var layout = JSONLayout()
        guard layout.run(json) else { return nil }
        return String(validating: layout.output, as: UTF8.self)
    }

    private mutating func run(_ json: [UInt8]) -> Bool {
        var index = 0
        var isStarted = false
        while index < json.count {
            let byte = json[index]
            index += 1
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): continue
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                guard !(isStarted && closers.isEmpty), closers.count < JSONLayout.maximumDepth else { return false }
                isStarted = true
                index = open(byte, json, index)
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard closers.popLast() == byte else { return false }
                breakLine()
                output.append(byte)
            case UInt8(ascii: ","):
                output.append(byte)
                breakLine()
            case UInt8(ascii: ":"): output.append(contentsOf: ": ".utf8)
            case UInt8(ascii: "\""):
                guard !closers.isEmpty, let end = JSONLayout.endOfString(json, from: index) else { return false }
                output.append(contentsOf: json[(index - 1)..<end])
                index = end
            default:
                guard !closers.isEmpty, JSONLayout.isLiteral(byte) else { return false }
                output.append(byte)
            }
        }
        return isStarted && closers.isEmpty
    }

    /// Opens an object or array; an empty one stays on its line. Returns where to continue.
    private mutating func open(_ byte: UInt8, _ json: [UInt8], _ index: Int) -> Int {
        let closer = byte == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: "]")
        output.append(byte)
        let next = json[index...].firstIndex { $0 > 0x20 } ?? json.count
        if next < json.count, json[next] == closer {
            output.append(closer)
            return next + 1
        }
        closers.append(closer)
        breakLine()
        return index
    }

    private mutating func breakLine() {
        output.append(UInt8(ascii: "\n"))
        output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * closers.count))
    }

    private static func endOfString(_ json: [UInt8], from start: Int) -> Int? {
        var index = start
        while index < json.count {
            if json[index] == UInt8(ascii: "\"") { return index + 1 }
            index += json[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return nil
    }

    /// Whether `byte` can be part of a number, true, false or null.
    private static func isLiteral(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "E"),
            UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
