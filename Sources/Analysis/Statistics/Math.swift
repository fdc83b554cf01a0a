import Glibc

/// C library functions under our own names, for files that do not import it.
enum Math {
    static func log10(_ value: Double) -> Double { Glibc.log10(value) }
    static func power10(_ exponent: Double) -> Double { Glibc.pow(10, exponent) }
    static func log(_ value: Double) -> Double { Glibc.log(value) }
    static func exp(_ value: Double) -> Double { Glibc.exp(value) }
    static func arcsine(_ value: Double) -> Double { Glibc.asin(value) }
    static func sine(_ value: Double) -> Double { Glibc.sin(value) }
    static func power(_ base: Double, _ exponent: Double) -> Double { Glibc.pow(base, exponent) }
}
