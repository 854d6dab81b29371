using Microsoft.Extensions.Options;

namespace Webrana.Tripay;

/// <summary>
/// Refuses options that would only fail at the first payment. A key with a stray blank or line end is the commonest reason for
/// <c>Invalid signature</c>; a missing private key would let anybody sign callbacks.
/// </summary>
sealed class TripayOptionsValidator : IValidateOptions<TripayOptions>
{
    public ValidateOptionsResult Validate(string? name, TripayOptions options)
    {
        var problems = new List<string>();
        CheckSecret(nameof(TripayOptions.ApiKey), options.ApiKey);
        CheckSecret(nameof(TripayOptions.PrivateKey), options.PrivateKey);
        CheckSecret(nameof(TripayOptions.MerchantCode), options.MerchantCode);
        if (!string.IsNullOrEmpty(options.PreviousPrivateKey)) CheckSecret(nameof(TripayOptions.PreviousPrivateKey), options.PreviousPrivateKey);
        if (!IsHttp(options.BaseUrl)) problems.Add($"Tripay:BaseUrl is not an absolute http(s) address: '{options.BaseUrl}'.");
        if (!string.IsNullOrEmpty(options.CallbackUrl) && !IsHttp(options.CallbackUrl)) problems.Add("Tripay:CallbackUrl is not an absolute http(s) address.");
        if (!string.IsNullOrEmpty(options.ReturnUrl) && !IsHttp(options.ReturnUrl)) problems.Add("Tripay:ReturnUrl is not an absolute http(s) address.");
        if (string.IsNullOrWhiteSpace(options.UserAgent)) problems.Add("Tripay:UserAgent is empty.");
        if (options.ConnectTimeoutMs <= 0 || options.ReadTimeoutMs <= 0 || options.CreateTimeoutMs <= 0) problems.Add("Tripay: a timeout is not positive.");
        if (options.ReadRetries < 0 || options.ReadRetryDelayMs < 0) problems.Add("Tripay: ReadRetries or ReadRetryDelayMs is negative.");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void CheckSecret(string key, string? value)
        {
            if (string.IsNullOrEmpty(value)) problems.Add($"Tripay:{key} is missing.");
            else if (value.Any(char.IsWhiteSpace)) problems.Add($"Tripay:{key} contains white space.");
        }
    }

    static bool IsHttp(string? value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp);
}
