using System.Text;
using Renci.SshNet;

namespace Webrana.Ssh;

/// <summary>
/// One command on one server, on a thread of its own: SSH.NET may hold that one as it likes, and none of the pool's. <see cref="Cut"/> closes the
/// connection, which ends whatever it waits for.
/// </summary>
internal sealed class SshVisit
{
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<SshOutcome> _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SshTarget _target;
    private readonly SshRelay _relay;
    private readonly string _command;
    private readonly string _input;
    private readonly TimeSpan _entering;
    private readonly TimeSpan _answering;
    private volatile string? _hostKey;
    private volatile bool _isCut;

    /// <param name="relay">Leads to the target, and stays the caller's. It is never told to listen: no command of ours says more than it lets through unheard.</param>
    public SshVisit(SshTarget target, SshRelay relay, string command, string input, TimeSpan entering, TimeSpan answering)
    {
        (_target, _relay, _command, _input, _entering, _answering) = (target, relay, command, input, entering, answering);
        Over = Task.Factory.StartNew(Go, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
    }

    /// <summary>Completes when the server has let us in, or will not; never fails.</summary>
    public Task Entered => _entered.Task;

    /// <summary>How it went, as soon as that is known: before the good-bye.</summary>
    public Task<SshOutcome> Answered => _answered.Task;

    /// <summary>Completes when the thread has ended; never fails.</summary>
    public Task Over { get; }

    /// <summary>The key shown, when it came that far.</summary>
    public string? HostKey => _hostKey;

    /// <summary>Ends it, if need be in the middle of a word.</summary>
    public void Cut()
    {
        _isCut = true;
        _relay.Dispose();
    }

    private void Go()
    {
        try
        {
            var opening = SshSession.Open(_target with { Host = _relay.Door.Address.ToString(), Port = _relay.Door.Port }, _entering);
            _hostKey = opening.HostKey;
            if (opening.Session is not { } session)
            {
                _answered.TrySetResult(new SshOutcome.Failed(opening.Failure!.Value, opening.HostKey));
                return;
            }

            using (session)
            {
                _entered.TrySetResult();
                session.Client.ConnectionInfo.Timeout = _answering;
                Ask(session);
            }
        }
        catch (Exception) when (_isCut || _answered.Task.IsCompleted)
        {
            // We closed the connection, or it was the good-bye: that the command has run stays true.
            _answered.TrySetResult(new SshOutcome.Failed(SshFailure.Unreachable, _hostKey));
        }
        catch (Exception broken)
        {
            _answered.TrySetException(broken);
        }
        finally
        {
            _entered.TrySetResult();
        }
    }

    private void Ask(SshSession session)
    {
        try
        {
            using var run = session.Client.CreateCommand(_command);
            // Without a token: it would be heard by blocking whoever cancels it.
            var running = run.ExecuteAsync(CancellationToken.None);
            Feed(run, running);
            // In time, or it is told to end, so that it does not meet the next try; whether it does is not waited for.
            if (!((IAsyncResult)running).AsyncWaitHandle.WaitOne(_answering))
                run.CancelAsync(forceKill: false, millisecondsTimeout: 0);
            running.GetAwaiter().GetResult();
            _answered.TrySetResult(new SshOutcome.Ran(run.ExitStatus, session.HostKey));
        }
        catch (Exception broken) when (_isCut || SshSession.IsNetwork(broken) || broken is OperationCanceledException)
        {
            _answered.TrySetResult(new SshOutcome.Failed(SshFailure.Unreachable, session.HostKey));
        }
    }

    private void Feed(SshCommand run, Task running)
    {
        try
        {
            using var stdin = run.CreateInputStream();
            stdin.Write(Encoding.UTF8.GetBytes(_input));
        }
        catch (InvalidOperationException) when (running.IsCompleted)
        {
            // It ended without waiting for its input.
        }
    }
}
