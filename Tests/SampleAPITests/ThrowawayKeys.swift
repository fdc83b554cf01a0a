/// Throwaway keys in the forms in which users have them; made for these tests, and used by nothing else.
enum ThrowawayKeys {
    /// PKCS #8.
    static let rsaPEM = #"""
        -----BEGIN PRIVATE KEY-----
        MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQDBAYQO4G7WkvrL
        4xwQOoJ2NyW8F+TcqNHZy64pmk0At66H5bj60OPDi05yc6BAyZywwwczaj3Fgu8o
        Dhbnkxmpb5unq1Ly1UpnWjY6eYu5QQqgLkTApfnWET1GTuF5AxznyE3feRILY+n2
        wTkWPoxcxYv7idprsnbHEMVL1/8Qq83h3djEgAHp5PPNHgKq592a+DConx16AO+w
        yDtuXTAq88itO7CWzW0X0Lqm82qDs8y3ohuctwUiyC2y14CUQokajh6lXY38WY0r
        Vb7L4bJTqg4ySmwhBh3K7yexz1qu2Zofm0alZuGDE5u4mJzbT2mKx9JCHCzDIR8v
        bQFJk5f/AgMBAAECggEAGlxRpBKFMOtcM7KuJ41GOk0n6zu8N2MbXkrSW75GXB26
        SbdXf3I+WXvSWBFwxsiCjSXl+uC81Rgf//GEsVZG//xNXyYoKyB0jA8nLu9g5Ql8
        IQqQu1sv90vdeZfWdce2D/YspKQNkd6wmtIjMOWUGCunBdD7MxBp5qBkwgobPTRs
        w2l3ABc65BSX37jC5tR6AHJSIjVyEANpJlP8oO3k2tZv1nNDqynNp7yYVwaE77FH
        ctlnrTghfTXCqWk+cS1Df/Ye+IsHj9Sd1ILiTZfaqPHZNnzesjE/jMqkVknZbjPu
        8JDBWXiLw79qonivAUxZmkDtkDW1GWxIItQa56X6qQKBgQD6B1nUr7oCcYYWbj+k
        ant2TQnbTomXbbs76A60QMLMQd8Xht6RUxx7NPxI6pCxp4ueyJ4Gf+Xa2DjnG5eu
        Sz9LB8qbHGZyhSkvjKzsyUZAnY1ZRUF08fN2q50FzPWjtcgOyzBUwZT942PYuuVq
        3Tk8pkxnJJYSfpPx3NKkC9SLiwKBgQDFnYib2KY5QyG/XCl7or1uvh7D9k9nD5OM
        GDNdroSEb8Aowkn05TYcxVYANEC/CBSkOGEpM1wG/SkXT1KWWxisWVwY+v57rjXl
        Lkwwk8bwEpcrCPJHxv+cy+rTMDTfGPKCTnL0kmXyB6SYwHU71N0XoBV+IWfdB/cn
        Okk0YO2D3QKBgQCS7xL5jLOxj+mO8QdxpiocIbXzLbpqRVBNKljJ0W0pAGUMvHO7
        z63jMgY5C7Aw1xeUHq3PgAYikAMQvgRrp0jw3QlSEmSaVGsZyIAvPzGL84sHtU18
        XlwHl17V89c/eCqzlvE2PfVDJwica2k7XfqvC8PGsZeIEt76uh0HzvP/dQKBgHuc
        OLFTaVZ0OY3bdk9R0rCM1+24Cp7qzV5aXPcCjP3ScR6NuXkoTxrcDRl/lehog5Dd
        e1ksOSpd/PAJvB00ylA0bTlq9vgiVrAOr7XLGitdVZWjuPlQ7t8DZtXHV6sdjcQY
        kiuNz5r/UOQDrtFIKyv2BLuq5a8KpnyxJs1OvAM5AoGBAMgckeRtWT6dmahmeSEM
        13foeoSFgHNw5ST5tmRVzPGcvsU3y2MLqOJFtZPHLGdmNCehmG5aKXuqXbfEzUaq
        U4z71fTNa4G4gVi1Z2fRchEnTdQzrFOzI1baDbQsZqKh+GcYDW7sAkxHninlqJvi
        BVNuTk+vcCsle7JyqDSOiuOU
        -----END PRIVATE KEY-----
        """#

    /// The same, PKCS #1.
    static let rsaPKCS1 = #"""
        -----BEGIN RSA PRIVATE KEY-----
        MIIEpAIBAAKCAQEAwQGEDuBu1pL6y+McEDqCdjclvBfk3KjR2cuuKZpNALeuh+W4
        +tDjw4tOcnOgQMmcsMMHM2o9xYLvKA4W55MZqW+bp6tS8tVKZ1o2OnmLuUEKoC5E
        wKX51hE9Rk7heQMc58hN33kSC2Pp9sE5Fj6MXMWL+4naa7J2xxDFS9f/EKvN4d3Y
        xIAB6eTzzR4CqufdmvgwqJ8degDvsMg7bl0wKvPIrTuwls1tF9C6pvNqg7PMt6Ib
        nLcFIsgtsteAlEKJGo4epV2N/FmNK1W+y+GyU6oOMkpsIQYdyu8nsc9artmaH5tG
        pWbhgxObuJic209pisfSQhwswyEfL20BSZOX/wIDAQABAoIBABpcUaQShTDrXDOy
        rieNRjpNJ+s7vDdjG15K0lu+Rlwdukm3V39yPll70lgRcMbIgo0l5frgvNUYH//x
        hLFWRv/8TV8mKCsgdIwPJy7vYOUJfCEKkLtbL/dL3XmX1nXHtg/2LKSkDZHesJrS
        IzDllBgrpwXQ+zMQaeagZMIKGz00bMNpdwAXOuQUl9+4wubUegByUiI1chADaSZT
        /KDt5NrWb9ZzQ6spzae8mFcGhO+xR3LZZ604IX01wqlpPnEtQ3/2HviLB4/UndSC
        4k2X2qjx2TZ83rIxP4zKpFZJ2W4z7vCQwVl4i8O/aqJ4rwFMWZpA7ZA1tRlsSCLU
        Guel+qkCgYEA+gdZ1K+6AnGGFm4/pGp7dk0J206Jl227O+gOtEDCzEHfF4bekVMc
        ezT8SOqQsaeLnsieBn/l2tg45xuXrks/SwfKmxxmcoUpL4ys7MlGQJ2NWUVBdPHz
        dqudBcz1o7XIDsswVMGU/eNj2Lrlat05PKZMZySWEn6T8dzSpAvUi4sCgYEAxZ2I
        m9imOUMhv1wpe6K9br4ew/ZPZw+TjBgzXa6EhG/AKMJJ9OU2HMVWADRAvwgUpDhh
        KTNcBv0pF09SllsYrFlcGPr+e6415S5MMJPG8BKXKwjyR8b/nMvq0zA03xjygk5y
        9JJl8gekmMB1O9TdF6AVfiFn3Qf3JzpJNGDtg90CgYEAku8S+YyzsY/pjvEHcaYq
        HCG18y26akVQTSpYydFtKQBlDLxzu8+t4zIGOQuwMNcXlB6tz4AGIpADEL4Ea6dI
        8N0JUhJkmlRrGciALz8xi/OLB7VNfF5cB5de1fPXP3gqs5bxNj31QycInGtpO136
        rwvDxrGXiBLe+rodB87z/3UCgYB7nDixU2lWdDmN23ZPUdKwjNftuAqe6s1eWlz3
        Aoz90nEejbl5KE8a3A0Zf5XoaIOQ3XtZLDkqXfzwCbwdNMpQNG05avb4IlawDq+1
        yxorXVWVo7j5UO7fA2bVx1erHY3EGJIrjc+a/1DkA67RSCsr9gS7quWvCqZ8sSbN
        TrwDOQKBgQDIHJHkbVk+nZmoZnkhDNd36HqEhYBzcOUk+bZkVczxnL7FN8tjC6ji
        RbWTxyxnZjQnoZhuWil7ql23xM1GqlOM+9X0zWuBuIFYtWdn0XIRJ03UM6xTsyNW
        2g20LGaiofhnGA1u7AJMR54p5aib4gVTbk5Pr3ArJXuycqg0jorjlA==
        -----END RSA PRIVATE KEY-----
        """#

    /// The same.
    static let rsaJWK = #"""
        {"kty":"RSA",
        "n":"wQGEDuBu1pL6y-McEDqCdjclvBfk3KjR2cuuKZpNALeuh-W4-tDjw4tOcnOgQMmcsMMHM2o9xYLvKA4W55MZqW-bp6tS8tVKZ1o2OnmLuUEKoC5EwKX51hE9Rk7heQMc58hN33kSC2Pp9sE5Fj6MXMWL-4naa7J2xxDFS9f_EKvN4d3YxIAB6eTzzR4CqufdmvgwqJ8degDvsMg7bl0wKvPIrTuwls1tF9C6pvNqg7PMt6IbnLcFIsgtsteAlEKJGo4epV2N_FmNK1W-y-GyU6oOMkpsIQYdyu8nsc9artmaH5tGpWbhgxObuJic209pisfSQhwswyEfL20BSZOX_w",
        "e":"AQAB",
        "d":"GlxRpBKFMOtcM7KuJ41GOk0n6zu8N2MbXkrSW75GXB26SbdXf3I-WXvSWBFwxsiCjSXl-uC81Rgf__GEsVZG__xNXyYoKyB0jA8nLu9g5Ql8IQqQu1sv90vdeZfWdce2D_YspKQNkd6wmtIjMOWUGCunBdD7MxBp5qBkwgobPTRsw2l3ABc65BSX37jC5tR6AHJSIjVyEANpJlP8oO3k2tZv1nNDqynNp7yYVwaE77FHctlnrTghfTXCqWk-cS1Df_Ye-IsHj9Sd1ILiTZfaqPHZNnzesjE_jMqkVknZbjPu8JDBWXiLw79qonivAUxZmkDtkDW1GWxIItQa56X6qQ",
        "p":"-gdZ1K-6AnGGFm4_pGp7dk0J206Jl227O-gOtEDCzEHfF4bekVMcezT8SOqQsaeLnsieBn_l2tg45xuXrks_SwfKmxxmcoUpL4ys7MlGQJ2NWUVBdPHzdqudBcz1o7XIDsswVMGU_eNj2Lrlat05PKZMZySWEn6T8dzSpAvUi4s",
        "q":"xZ2Im9imOUMhv1wpe6K9br4ew_ZPZw-TjBgzXa6EhG_AKMJJ9OU2HMVWADRAvwgUpDhhKTNcBv0pF09SllsYrFlcGPr-e6415S5MMJPG8BKXKwjyR8b_nMvq0zA03xjygk5y9JJl8gekmMB1O9TdF6AVfiFn3Qf3JzpJNGDtg90"}
        """#

    /// Its public half.
    static let rsaPublicPEM = #"""
        -----BEGIN PUBLIC KEY-----
        MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAwQGEDuBu1pL6y+McEDqC
        djclvBfk3KjR2cuuKZpNALeuh+W4+tDjw4tOcnOgQMmcsMMHM2o9xYLvKA4W55MZ
        qW+bp6tS8tVKZ1o2OnmLuUEKoC5EwKX51hE9Rk7heQMc58hN33kSC2Pp9sE5Fj6M
        XMWL+4naa7J2xxDFS9f/EKvN4d3YxIAB6eTzzR4CqufdmvgwqJ8degDvsMg7bl0w
        KvPIrTuwls1tF9C6pvNqg7PMt6IbnLcFIsgtsteAlEKJGo4epV2N/FmNK1W+y+Gy
        U6oOMkpsIQYdyu8nsc9artmaH5tGpWbhgxObuJic209pisfSQhwswyEfL20BSZOX
        /wIDAQAB
        -----END PUBLIC KEY-----
        """#

    /// Of another key.
    static let otherRSAPublicPEM = #"""
        -----BEGIN PUBLIC KEY-----
        MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA0cnI3oR6bhVo23gCl3UZ
        M4XgLSSR/nr8z1AOXJOMSvWsC4nONsdL1V79m5n5git708P0oBwP108r4aZA0ugK
        eKStnT4qowvvZTd1ymeEEFXDzEGNV3cJ2HzdfRjFGxsUTxVAta/UObEZtzF6Mz/D
        nZeSYYqFPq4EQpPEtsKALWvBKbjk6EnsA00zaUGY1mD6mK5o8bMRWZxnK/rg+98b
        vwYnGkVEi1OqF+fu7facqNri/O6wkvN3dFwRwJvtsK6Aj8cYxM5pKAOyzY557aBO
        LJL6w5sQFEEyxcfeoc+v0/Q7LU6o5rSkkXHl+YMqIh/sFOhBuxnthj6NicwVu3Ff
        PwIDAQAB
        -----END PUBLIC KEY-----
        """#

    /// PKCS #8.
    static let p256PEM = #"""
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgeKcy+5vpHsI91YTA
        vbb4ORTx18tAChNkQRLe0j8HWRWhRANCAATgsPjvKqrng/6gTB3gfVDsPSEOwWaw
        Q8yokTsZ34UClrkNpzROCeZCT2FmeoUK93EITaS19FOI9e/QfwDyEpPc
        -----END PRIVATE KEY-----
        """#

    /// The same, SEC 1.
    static let p256SEC1 = #"""
        -----BEGIN EC PRIVATE KEY-----
        MHcCAQEEIHinMvub6R7CPdWEwL22+DkU8dfLQAoTZEES3tI/B1kVoAoGCCqGSM49
        AwEHoUQDQgAE4LD47yqq54P+oEwd4H1Q7D0hDsFmsEPMqJE7Gd+FApa5Dac0Tgnm
        Qk9hZnqFCvdxCE2ktfRTiPXv0H8A8hKT3A==
        -----END EC PRIVATE KEY-----
        """#

    /// Its public half.
    static let p256PublicPEM = #"""
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE4LD47yqq54P+oEwd4H1Q7D0hDsFm
        sEPMqJE7Gd+FApa5Dac0TgnmQk9hZnqFCvdxCE2ktfRTiPXv0H8A8hKT3A==
        -----END PUBLIC KEY-----
        """#

    /// A JSON Web Key.
    static let p384JWK = #"""
        {"kty":"EC",
        "crv":"P-384",
        "x":"vYkhqRhBOdPbnXGyTPC7aROTYAuYibAxDtKrjX7x9LKbB6MLGTPnXZFpICjFUtvn",
        "y":"K1eTxD81QD-5X4IVYInIIpBqNdnAnHq3V3HV-g5RQmw8a6-1PW1hVvOyhSccnnh_",
        "d":"J7sL61cMy7OGG0VO_w4eAnsTX1bNss0yOHdZ2wD1KfIYRYHfoq8bx8Ju9iEdsAa_"}
        """#

    /// Its public half.
    static let p384PublicPEM = #"""
        -----BEGIN PUBLIC KEY-----
        MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEvYkhqRhBOdPbnXGyTPC7aROTYAuYibAx
        DtKrjX7x9LKbB6MLGTPnXZFpICjFUtvnK1eTxD81QD+5X4IVYInIIpBqNdnAnHq3
        V3HV+g5RQmw8a6+1PW1hVvOyhSccnnh/
        -----END PUBLIC KEY-----
        """#

    /// A set of two, the second of which is `fifth`.
    static let p521JWKS = #"""
        {"keys":[{"kty":"oct",
        "kid":"other",
        "k":"bm8ga2V5IG9mIHRoZWlycw"},{"kty":"EC",
        "crv":"P-521",
        "x":"AarolMfQ3E6KTm9rUWzkE1tnkrUO2CQmGEikjqw68wTedWOu65sUq7t7Z_hkXiSF0xOLQOTH1-5o0HJg9XBL-1EI",
        "y":"AOwrigVqiYGT4ENOTop-swqkkSKIUdIYp8KatOqBNqCtcuVVcg4utgv1Kxmh_x-n0bUhr4WGjw_ENHKaXX13FYYd",
        "d":"AKayv0Y8xHGvMoxU4ZavZBCGMP4Pa4jiKTdd4-0aNlWGrRd211CPu-1zvUK-W3eLtP4-X-XHunLDHbYBfb-emdLF",
        "kid":"fifth",
        "alg":"ES512"}]}
        """#

    /// The public half of `fifth`.
    static let p521PublicPEM = #"""
        -----BEGIN PUBLIC KEY-----
        MIGbMBAGByqGSM49AgEGBSuBBAAjA4GGAAQBquiUx9DcTopOb2tRbOQTW2eStQ7Y
        JCYYSKSOrDrzBN51Y67rmxSru3tn+GReJIXTE4tA5MfX7mjQcmD1cEv7UQgA7CuK
        BWqJgZPgQ05Oin6zCqSRIohR0hinwpq06oE2oK1y5VVyDi62C/UrGaH/H6fRtSGv
        hYaPD8Q0cppdfXcVhh0=
        -----END PUBLIC KEY-----
        """#

    /// PKCS #8.
    static let ed25519PEM = #"""
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIKUZdqJFs1jf5FbbQRDnN1Ibu5e1+JgE+fds0QRQKmof
        -----END PRIVATE KEY-----
        """#

    /// The same.
    static let ed25519JWK = #"""
        {"kty":"OKP",
        "crv":"Ed25519",
        "x":"WKjMG6OqH9DLmYSQ4vqOwRicG7HuEM0ZDWAVPpl5Ulo",
        "d":"pRl2okWzWN_kVttBEOc3Uhu7l7X4mAT592zRBFAqah8"}
        """#

    /// Its public half, as a JSON Web Key has it.
    static let ed25519PublicX = "WKjMG6OqH9DLmYSQ4vqOwRicG7HuEM0ZDWAVPpl5Ulo"
}
