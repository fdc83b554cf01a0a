import Glibc

/// The C library's functions for logarithmic scales.
enum LogScale {
    static func log10(_ value: Double) -> Double { Glibc.log10(value) }
    static func power10(_ exponent: Double) -> Double { Glibc.pow(10, exponent) }
}
