/// Text of HTML and XML with character references: numeric ones, and the names that programs use.
public enum MarkupText {
    /// The value of `range` of `text` with references resolved; unknown references stay unchanged.
    public static func unescaped(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            if text[index] == UInt8(ascii: "&"), let (scalar, end) = reference(text, index + 1, range.upperBound) {
                output.append(contentsOf: String(scalar).utf8)
                index = end
            } else {
                output.append(text[index])
                index += 1
            }
        }
        return output
    }

    /// The maximum length of a reference, without `&` and `;`.
    private static let longest = 8

    /// The value and the end of the reference whose `&` is before `start`; nil if there is none before `limit`.
    public static func reference(
        _ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ limit: Int
    ) -> (scalar: Unicode.Scalar, end: Int)? {
        let window = text[start..<min(limit, start + longest + 1)]
        guard let end = window.firstIndex(of: UInt8(ascii: ";")), end > start else { return nil }
        let name = text[start..<end]
        guard name.first == UInt8(ascii: "#") else {
            return scalars[Array(name)].map { ($0, end + 1) }
        }
        let isHexadecimal = name.dropFirst().first.map { $0 | 0x20 == UInt8(ascii: "x") } ?? false
        let digits = name.dropFirst(isHexadecimal ? 2 : 1)
        let number = UInt32(String(decoding: digits, as: UTF8.self), radix: isHexadecimal ? 16 : 10)
        return number.flatMap(Unicode.Scalar.init).map { ($0, end + 1) }
    }

    private static let scalars: [[UInt8]: Unicode.Scalar] = {
        var scalars: [[UInt8]: Unicode.Scalar] = [:]
        for (name, scalar) in marks { scalars[Array(name.utf8)] = scalar }
        for (offset, name) in latin.split(whereSeparator: \.isWhitespace).enumerated() {
            scalars[Array(name.utf8)] = Unicode.Scalar(UInt8(0xa0 + offset))
        }
        return scalars
    }()

    private static let marks: [(name: String, scalar: Unicode.Scalar)] = [
        ("amp", "&"), ("lt", "<"), ("gt", ">"), ("quot", "\""), ("apos", "'"), ("sol", "/"), ("equals", "="),
        ("plus", "+"), ("colon", ":"), ("num", "#"), ("dollar", "$"), ("percnt", "%"), ("excl", "!"), ("quest", "?"),
        ("commat", "@"), ("semi", ";"), ("comma", ","), ("period", "."), ("lpar", "("), ("rpar", ")"), ("lowbar", "_"),
        ("ast", "*"), ("bsol", "\\"), ("euro", "\u{20ac}"), ("Tab", "\t"), ("NewLine", "\n"), ("grave", "`"),
        ("lsqb", "["), ("rsqb", "]"), ("lcub", "{"), ("rcub", "}"), ("vert", "|"), ("Hat", "^"), ("hyphen", "\u{2010}"),
    ]

    /// The names of the characters from U+00A0 to U+00FF, in order (HTML 4, section 24.2.1).
    private static let latin =
        """
        nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3
        acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde
        Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc
        Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml
        aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc
        otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml
        """
}
