using System.Globalization;
using System.Security.Cryptography;

namespace Webrana.Sandbox.Tripay;

/// <summary>How to start a simulator.</summary>
public sealed class TripaySimulatorOptions
{
    /// <summary>The port on loopback; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>The bearer token clients must send.</summary>
    public string ApiKey { get; init; } = "DEV-sandbox-api-key";

    /// <summary>The key of all signatures.</summary>
    public string PrivateKey { get; init; } = "sandbox-private-key";

    /// <summary>The merchant's code.</summary>
    public string MerchantCode { get; init; } = "T0001";

    /// <summary>Where callbacks go when a transaction names no address; null: nowhere.</summary>
    public string? CallbackUrl { get; init; }

    /// <summary>A file that keeps the state between runs; null: memory only.</summary>
    public string? StateFile { get; init; }

    /// <summary>Whether to write a log to the console.</summary>
    public bool LogToConsole { get; init; }

    /// <summary>The clock under the business clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Makes the random tail of a reference.</summary>
    public Func<string> NewTail { get; init; } = () => RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 5);

    /// <summary>
    /// Reads <c>--port</c> (or <c>--urls</c>), <c>--state</c> and TRIPAY_API_KEY, TRIPAY_PRIVATE_KEY, TRIPAY_MERCHANT_CODE, TRIPAY_CALLBACK_URL.
    /// </summary>
    public static TripaySimulatorOptions FromConfiguration(IConfiguration configuration)
    {
        var defaults = new TripaySimulatorOptions();
        return new TripaySimulatorOptions
        {
            Port = ReadPort(configuration),
            ApiKey = Required(configuration, "TRIPAY_API_KEY"),
            PrivateKey = Required(configuration, "TRIPAY_PRIVATE_KEY"),
            MerchantCode = configuration["TRIPAY_MERCHANT_CODE"] ?? defaults.MerchantCode,
            CallbackUrl = configuration["TRIPAY_CALLBACK_URL"],
            StateFile = configuration["state"],
            LogToConsole = true,
        };
    }

    // The defaults above are for tests; a process that money is played with gets keys of its own.
    static string Required(IConfiguration configuration, string name) =>
        configuration[name] is { Length: > 0 } value ? value : throw new ArgumentException($"Set {name}.");

    static int ReadPort(IConfiguration configuration)
    {
        if (configuration["port"] is { } port) return int.Parse(port, CultureInfo.InvariantCulture);
        if ((configuration["urls"] ?? configuration["ASPNETCORE_URLS"])?.Split(';')[0] is not { } address) return 0;
        var uri = new Uri(address);
        return uri.IsLoopback ? uri.Port : throw new ArgumentException($"The simulator listens on loopback only, not on {address}.");
    }
}
