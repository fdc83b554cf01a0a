/// What an operator, a number or a function's result becomes in a mutant.
enum Operators {

    static let replacements: [String: [(MutationKind, String)]] = [
        "<": [(.boundary, "<="), (.relation, ">=")],
        "<=": [(.boundary, "<"), (.relation, ">")],
        ">": [(.boundary, ">="), (.relation, "<=")],
        ">=": [(.boundary, ">"), (.relation, "<")],
        "==": [(.relation, "!=")],
        "!=": [(.relation, "==")],
        "..<": [(.boundary, "...")],
        "...": [(.boundary, "..<")],
        "+": [(.arithmetic, "-")],
        "-": [(.arithmetic, "+")],
        "*": [(.arithmetic, "/")],
        "/": [(.arithmetic, "*")],
        "%": [(.arithmetic, "/")],
        "&+": [(.arithmetic, "&-")],
        "&-": [(.arithmetic, "&+")],
        "<<": [(.arithmetic, ">>")],
        ">>": [(.arithmetic, "<<")],
        "&": [(.arithmetic, "|")],
        "|": [(.arithmetic, "&")],
        "+=": [(.arithmetic, "-=")],
        "-=": [(.arithmetic, "+=")],
        "&&": [(.condition, "||")],
        "||": [(.condition, "&&")],
    ]

    /// The value of an integer literal up to 1,000: the exact value of a larger one rarely matters.
    static func value(of literal: String) -> Int? {
        let digits = literal.filter { $0 != "_" }
        let value = digits.hasPrefix("0x") ? Int(digits.dropFirst(2), radix: 16) : Int(digits)
        guard let value, value <= 1000 else { return nil }
        return value
    }

    /// What a function with this result type may return at once; nil is a function without a result.
    static func earlyValues(ofType type: String?) -> [String] {
        switch type {
        case nil, "Void", "()": [""]
        case "Bool": ["true", "false"]
        case "Int", "UInt64", "UInt32", "Int64", "Double": ["0"]
        case let type? where type.hasSuffix("?"): ["nil"]
        case let type? where type.hasPrefix("[") && !type.contains(":"): ["[]"]
        default: []
        }
    }
}
