using System.Net;
using System.Net.Http.Json;

namespace Webrana.Ssh;

/// <summary>Where a server's SSH is reached.</summary>
/// <param name="User">Who to log in as.</param>
public sealed record SshEndpoint(string Host, int Port, string User);

/// <summary>Address of a server → where its SSH is reached. In production that is the address itself.</summary>
public interface ISshEndpoints
{
    /// <summary>Null when it is known that nothing listens there.</summary>
    Task<SshEndpoint?> FindAsync(string ipv4, CancellationToken cancellation);
}

/// <summary>How SSH to servers works. Configuration section <c>Ssh</c>.</summary>
public sealed class SshOptions
{
    /// <summary>The configuration section's name.</summary>
    public const string Section = "Ssh";

    /// <summary>The default of <see cref="MostVisits"/>.</summary>
    public const int UsualMostVisits = 64;

    /// <summary>
    /// How many servers one silo is inside at once, at least 1. Each visit has a thread of its own for as long as it lasts, half a minute at worst; whoever
    /// finds no place comes again later. Default 64.
    /// </summary>
    public int MostVisits { get; set; } = UsualMostVisits;

    /// <summary>
    /// Sandbox only: base address of the provider simulator, which tells on which loopback port the sshd of a simulated droplet listens.
    /// Null (default): servers are reached at their own address, port 22, as root. Refused in production.
    /// </summary>
    public Uri? Directory { get; set; }
}

/// <summary>The real world: port 22, root.</summary>
public sealed class DirectSshEndpoints : ISshEndpoints
{
    /// <inheritdoc/>
    public Task<SshEndpoint?> FindAsync(string ipv4, CancellationToken cancellation) => Task.FromResult<SshEndpoint?>(new SshEndpoint(ipv4, 22, "root"));
}

/// <summary>The sandbox: simulated addresses lead nowhere, so the simulator is asked. It answers loopback only, and anything else is not followed.</summary>
public sealed class SimulatedSshEndpoints(IHttpClientFactory http, Uri directory) : ISshEndpoints
{
    /// <inheritdoc/>
    public async Task<SshEndpoint?> FindAsync(string ipv4, CancellationToken cancellation)
    {
        using var client = http.CreateClient(nameof(SimulatedSshEndpoints));
        try
        {
            using var answer = await client.GetAsync(new Uri(directory, $"_sandbox/ssh/{ipv4}"), cancellation);
            if (!answer.IsSuccessStatusCode)
                return null;
            var found = await answer.Content.ReadFromJsonAsync<SshEndpoint>(cancellation);
            return found is not null && IPAddress.TryParse(found.Host, out var address) && IPAddress.IsLoopback(address) ? found : null;
        }
        catch (HttpRequestException)
        {
            return null; // the simulator is away, and with it every simulated server
        }
    }
}
