using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Webrana.Tripay;

/// <summary>
/// Tripay's signatures: lower-case hex of HMAC-SHA256, keyed with the text of the private key, over plainly concatenated fields
/// (requests) or the raw body (callbacks).
/// </summary>
public static class TripaySignature
{
    /// <summary>Length of a signature in characters.</summary>
    public const int HexLength = 64;

    /// <summary>
    /// For <c>transaction/create</c>. The fields are joined without separators, so <paramref name="merchantRef"/> must have a fixed form
    /// that no customer's input can extend with digits.
    /// </summary>
    /// <param name="merchantCode">The merchant's code.</param>
    /// <param name="merchantRef">Our reference.</param>
    /// <param name="amountIdr">The amount asked for in rupiah, before a fee the customer pays.</param>
    /// <param name="privateKey">The merchant's private key.</param>
    public static string ForClosedPayment(string merchantCode, string merchantRef, long amountIdr, string privateKey) =>
        Sign(merchantCode + merchantRef + amountIdr.ToString(CultureInfo.InvariantCulture), privateKey);

    /// <summary>For <c>open-payment/create</c>; an absent reference counts as the empty text.</summary>
    public static string ForOpenPayment(string merchantCode, string method, string? merchantRef, string privateKey) =>
        Sign(merchantCode + method + merchantRef, privateKey);

    /// <summary>For <c>ewallet/link</c> and <c>ewallet/unlink</c>.</summary>
    public static string ForEWallet(string merchantCode, string walletType, string mobilePhone, string privateKey) =>
        Sign(merchantCode + walletType + mobilePhone, privateKey);

    /// <summary>For a callback: over the bytes as they came, never over re-serialised JSON.</summary>
    public static string ForCallback(ReadOnlySpan<byte> body, string privateKey) => Convert.ToHexStringLower(Hash(body, privateKey));

    /// <summary>
    /// Whether <paramref name="signatureHex"/> is the signature of <paramref name="body"/>. Compares in constant time; false for
    /// anything that is not 64 hex digits.
    /// </summary>
    public static bool IsCallbackSignature(string? signatureHex, ReadOnlySpan<byte> body, string privateKey)
    {
        Span<byte> claimed = stackalloc byte[HMACSHA256.HashSizeInBytes];
        return TryReadHex(signatureHex, claimed) && CryptographicOperations.FixedTimeEquals(claimed, Hash(body, privateKey));
    }

    internal static bool TryReadHex(string? signatureHex, Span<byte> destination) =>
        signatureHex is { Length: HexLength }
        && Convert.FromHexString(signatureHex, destination, out _, out var written) == System.Buffers.OperationStatus.Done
        && written == HMACSHA256.HashSizeInBytes;

    static string Sign(string message, string privateKey) => Convert.ToHexStringLower(Hash(Encoding.UTF8.GetBytes(message), privateKey));

    static byte[] Hash(ReadOnlySpan<byte> message, string privateKey)
    {
        // HMAC takes an empty key without complaint: a forgotten setting would then let anybody sign.
        ArgumentException.ThrowIfNullOrEmpty(privateKey);
        return HMACSHA256.HashData(Encoding.UTF8.GetBytes(privateKey), message);
    }
}
