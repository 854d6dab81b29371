using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Webrana.Api.Security;

/// <summary>Time-based one-time codes (RFC 6238): SHA-1, six digits, 30 seconds, as every authenticator app makes them. Pure.</summary>
internal static class Totp
{
    /// <summary>One step before and after: clocks differ, and people type slowly.</summary>
    private const int Tolerance = 1;

    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>160 random bits, Base32.</summary>
    public static string NewSecret() => ToBase32(RandomNumberGenerator.GetBytes(20));

    /// <summary>Which step of time a code belongs to, or null when it is none of the present ones.</summary>
    public static long? StepOf(string secret, string code, DateTimeOffset now)
    {
        if (code.Length != 6 || !code.All(char.IsAsciiDigit) || FromBase32(secret) is not { } key)
            return null;
        var given = Encoding.ASCII.GetBytes(code);
        var present = now.ToUnixTimeSeconds() / 30;
        long? found = null;
        // All of them every time: how long it takes tells nothing.
        for (var step = present - Tolerance; step <= present + Tolerance; step++)
        {
            if (CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(CodeAt(key, step)), given))
                found = step;
        }

        return found;
    }

    /// <summary>The code of one moment.</summary>
    public static string CodeAt(string secret, DateTimeOffset at) => CodeAt(FromBase32(secret)!, at.ToUnixTimeSeconds() / 30);

    /// <summary>What a QR code for an app holds.</summary>
    public static string Uri(string issuer, string account, string secret) =>
        $"otpauth://totp/{System.Uri.EscapeDataString(issuer)}:{System.Uri.EscapeDataString(account)}?secret={secret}&issuer={System.Uri.EscapeDataString(issuer)}&digits=6&period=30";

    private static string CodeAt(byte[] key, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> mac = stackalloc byte[HMACSHA1.HashSizeInBytes];
#pragma warning disable CA5350 // What the apps speak; HMAC does not rest on the collisions that SHA-1 lost.
        HMACSHA1.HashData(key, counter, mac);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(mac[(mac[^1] & 0xf)..]) & int.MaxValue;
        return (number % 1_000_000).ToString("D6", System.Globalization.CultureInfo.InvariantCulture);
    }

    private static string ToBase32(byte[] bytes)
    {
        var text = new StringBuilder();
        var (bits, held) = (0, 0);
        foreach (var value in bytes)
        {
            (bits, held) = ((bits << 8) | value, held + 8);
            for (; held >= 5; held -= 5)
                text.Append(Alphabet[(bits >> (held - 5)) & 31]);
            bits &= (1 << held) - 1;
        }

        return held == 0 ? text.ToString() : text.Append(Alphabet[(bits << (5 - held)) & 31]).ToString();
    }

    private static byte[]? FromBase32(string text)
    {
        var bytes = new List<byte>(text.Length * 5 / 8);
        var (bits, held) = (0, 0);
        foreach (var letter in text)
        {
            var value = Alphabet.IndexOf(letter, StringComparison.Ordinal);
            if (value < 0)
                return null;
            (bits, held) = ((bits << 5) | value, held + 5);
            if (held >= 8)
            {
                bytes.Add((byte)(bits >> (held - 8)));
                held -= 8;
            }

            bits &= (1 << held) - 1;
        }

        return [.. bytes];
    }
}
