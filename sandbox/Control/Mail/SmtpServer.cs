using System.Net;
using System.Net.Sockets;
using Webrana.Sandbox.Control.Clock;

namespace Webrana.Sandbox.Control.Mail;

/// <summary>Accepts mail on a loopback port and delivers it nowhere but to the <see cref="MailStore"/>.</summary>
public sealed partial class SmtpServer(ControlOptions options, MailStore mails, TimeProvider time, IServiceProvider services, ILogger<SmtpServer> logger)
    : BackgroundService
{
    TcpListener? _listener;

    /// <summary>The port it listens on, once started.</summary>
    public int Port => ((IPEndPoint)(_listener?.LocalEndpoint ?? throw new InvalidOperationException("The SMTP listener has not started."))).Port;

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _listener = new TcpListener(IPAddress.Loopback, options.SmtpPort);
        _listener.Start();
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _listener?.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener!.AcceptTcpClientAsync(stoppingToken), stoppingToken);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException && stoppingToken.IsCancellationRequested)
        {
            _listener!.Stop();
        }
    }

    async Task ServeAsync(TcpClient client, CancellationToken stopping)
    {
        using (client)
        {
            try
            {
                await using var stream = client.GetStream();
                var session = new SmtpSession(stream, options.MaximumMailBytes, (recipients, message) => mails.Add(recipients, message, Now));
                await session.RunAsync(stopping);
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                ClientLeft(e.Message);
            }
        }
    }

    DateTimeOffset Now => time.GetUtcNow() + (services.GetService<BusinessClock>()?.LastOffset ?? TimeSpan.Zero);

    [LoggerMessage(LogLevel.Debug, "An SMTP client left in the middle: {Reason}")]
    partial void ClientLeft(string reason);
}
