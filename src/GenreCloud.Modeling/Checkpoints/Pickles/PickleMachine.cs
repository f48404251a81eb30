using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using System.Text.Unicode;

namespace GenreCloud.Modeling.Checkpoints.Pickles;

/// <summary>
/// Reads one pickle: the stack machine of Python's <c>pickle</c> module (protocols 2 to 5, described in its <c>pickletools</c>), less
/// everything that a checkpoint does not need. The names that it may use are those of <see cref="PickleGlobals"/>.
/// <para>
/// No value is copied, compared or walked through here, so that lists which hold themselves or each other many times cost no more
/// than the opcodes that made them.
/// </para>
/// </summary>
/// <param name="file">The whole file.</param>
/// <param name="start">Where the pickle starts.</param>
/// <param name="end">Where it must have ended.</param>
internal sealed class PickleMachine(ReadOnlyMemory<byte> file, int start, int end)
{
    private const byte HighestProtocol = 5;

    private static readonly object Unset = new();

    private readonly List<object?> _stack = [];

    /// <summary>The stack's height at each mark that is open.</summary>
    private readonly List<int> _marks = [];

    private readonly Dictionary<string, PickleStorage> _storages = new(StringComparer.Ordinal);

    private object?[] _memo = new object?[256];
    private int _memoized;
    private int _position = start;

    /// <summary>Where the opcode that is being done starts, for messages.</summary>
    private int _opcode = start;

    /// <summary>Where the next byte is read: after <see cref="Run"/>, the end of the pickle.</summary>
    public int Position => _position;

    /// <summary>The storages that the pickle refers to, by key.</summary>
    public IReadOnlyDictionary<string, PickleStorage> Storages => _storages;

    /// <summary>The value that the pickle makes; see PickleValues.cs for what it can be.</summary>
    /// <exception cref="CheckpointException">It is damaged, or asks for what is not allowed.</exception>
    public object? Run()
    {
        Array.Fill(_memo, Unset);
        for (int opcodes = 0; opcodes < CheckpointLimits.Opcodes; opcodes++)
        {
            _opcode = _position;
            var opcode = (Opcode)Byte();
            if (opcode == Opcode.Stop)
            {
                object? result = Pop();
                return _stack.Count == 0 && _marks.Count == 0 ? result : throw Damaged("the pickle ends in the middle of a value");
            }

            Do(opcode);
        }

        throw CheckpointException.TooLarge("pickle opcodes", CheckpointLimits.Opcodes);
    }

    private void Do(Opcode opcode)
    {
        switch (opcode)
        {
            case Opcode.Protocol:
                byte protocol = Byte();
                if (protocol is < 2 or > HighestProtocol)
                {
                    throw Refused($"pickle protocol {protocol}; 2 to {HighestProtocol} are read");
                }

                break;
            case Opcode.Frame:
                // A hint for readers that fetch ahead.
                Bytes(sizeof(ulong));
                break;

            case Opcode.Mark:
                if (_marks.Count == CheckpointLimits.Nesting)
                {
                    throw CheckpointException.TooLarge("containers within each other", CheckpointLimits.Nesting);
                }

                _marks.Add(_stack.Count);
                break;
            case Opcode.Pop:
                Pop();
                break;
            case Opcode.PopMark:
                PopToMark();
                break;

            case Opcode.None:
                Push(null);
                break;
            case Opcode.True:
                Push(true);
                break;
            case Opcode.False:
                Push(false);
                break;
            case Opcode.Int32:
                Push((long)BinaryPrimitives.ReadInt32LittleEndian(Bytes(sizeof(int)).Span));
                break;
            case Opcode.UInt8:
                Push((long)Byte());
                break;
            case Opcode.UInt16:
                Push((long)UInt16());
                break;
            case Opcode.Long1:
                PushInteger(Byte());
                break;
            case Opcode.Long4:
                PushInteger(UInt32());
                break;
            case Opcode.Double:
                Push(BinaryPrimitives.ReadDoubleBigEndian(Bytes(sizeof(double)).Span));
                break;

            // Python 2 wrote text of one byte a character with the opcodes of byte strings.
            case Opcode.ShortUnicode or Opcode.ShortByteText:
                Push(Text(Byte()));
                break;
            case Opcode.Unicode or Opcode.ByteText:
                Push(Text(UInt32()));
                break;
            case Opcode.Unicode8:
                Push(Text(UInt64()));
                break;
            case Opcode.ShortBytes:
                Push(new PickleBytes(ByteString(Byte())));
                break;
            case Opcode.Bytes4:
                Push(new PickleBytes(ByteString(UInt32())));
                break;
            case Opcode.Bytes8:
                Push(new PickleBytes(ByteString(UInt64())));
                break;

            case Opcode.EmptyTuple:
                Push(new PickleTuple([]));
                break;
            case Opcode.Tuple:
                Push(new PickleTuple(PopToMark()));
                break;
            case Opcode.Tuple1:
                Push(new PickleTuple(PopLast(1)));
                break;
            case Opcode.Tuple2:
                Push(new PickleTuple(PopLast(2)));
                break;
            case Opcode.Tuple3:
                Push(new PickleTuple(PopLast(3)));
                break;
            case Opcode.EmptyList:
                Push(new PickleList());
                break;
            case Opcode.Append:
                Append(PopLast(1));
                break;
            case Opcode.Appends:
                Append(PopToMark());
                break;
            case Opcode.EmptyDictionary:
                Push(new PickleDictionary());
                break;
            case Opcode.SetItem:
                SetItems(PopLast(2));
                break;
            case Opcode.SetItems:
                SetItems(PopToMark());
                break;

            case Opcode.Put1:
                Memoize(Byte());
                break;
            case Opcode.Put4:
                Memoize(UInt32());
                break;
            case Opcode.Memoize:
                Memoize((uint)_memoized);
                break;
            case Opcode.Get1:
                Push(Recall(Byte()));
                break;
            case Opcode.Get4:
                Push(Recall(UInt32()));
                break;

            case Opcode.Global:
                string module = Line();
                Push(PickleGlobals.Find($"{module}.{Line()}", _opcode));
                break;
            case Opcode.StackGlobal:
                object?[] names = PopLast(2);
                Push(names is [string from, string name]
                    ? PickleGlobals.Find($"{from}.{name}", _opcode)
                    : throw Damaged("the name of a type is not a string"));
                break;
            case Opcode.Reduce:
                object?[] call = PopLast(2);
                Push(call is [FunctionGlobal function, PickleTuple arguments]
                    ? function.Call(arguments.Items, _opcode)
                    : throw Refused("a call of something that is no function"));
                break;
            case Opcode.Build:
                Build(PopLast(1)[0], Top());
                break;
            case Opcode.PersistentId:
                Push(Storage(Pop()));
                break;

            default:
                throw Refused($"opcode 0x{(byte)opcode:x2}{ForbiddenName((byte)opcode)}");
        }
    }

    /// <summary>Those that a reader of such a message may want to look up.</summary>
    private static string ForbiddenName(byte opcode) => opcode switch
    {
        (byte)'i' => " (INST)",
        (byte)'o' => " (OBJ)",
        (byte)'P' => " (PERSID)",
        0x81 => " (NEWOBJ)",
        0x82 or 0x83 or 0x84 => " (EXT)",
        0x92 => " (NEWOBJ_EX)",
        _ => "",
    };

    private void Push(object? value)
    {
        if (_stack.Count == CheckpointLimits.StackDepth)
        {
            throw CheckpointException.TooLarge("values on the pickle's stack", CheckpointLimits.StackDepth);
        }

        _stack.Add(value);
    }

    private object? Pop() => PopLast(1)[0];

    private object?[] PopLast(int count)
    {
        int open = _marks.Count == 0 ? 0 : _marks[^1];
        return _stack.Count - open < count ? throw Damaged("an opcode finds too few values") : PopFrom(_stack.Count - count);
    }

    private object?[] PopToMark()
    {
        if (_marks.Count == 0)
        {
            throw Damaged("an opcode finds no mark");
        }

        int open = _marks[^1];
        _marks.RemoveAt(_marks.Count - 1);
        return PopFrom(open);
    }

    private object?[] PopFrom(int height)
    {
        object?[] values = new object?[_stack.Count - height];
        _stack.CopyTo(height, values, 0, values.Length);
        _stack.RemoveRange(height, values.Length);
        return values;
    }

    private object? Top()
    {
        int open = _marks.Count == 0 ? 0 : _marks[^1];
        return _stack.Count > open ? _stack[^1] : throw Damaged("an opcode finds too few values");
    }

    private void Append(object?[] values)
    {
        var list = Top() as PickleList ?? throw Damaged("values are appended to something that is no list");
        list.Items.AddRange(values);
    }

    private void SetItems(object?[] values)
    {
        var dictionary = Top() as PickleDictionary ?? throw Damaged("items are set in something that is no dictionary");
        if (values.Length % 2 != 0)
        {
            throw Damaged("a dictionary's key has no value");
        }

        for (int i = 0; i < values.Length; i += 2)
        {
            dictionary.Entries.Add(new(values[i], values[i + 1]));
        }
    }

    /// <summary>
    /// Attributes of an object: a state dict's <c>_metadata</c> (versions of its layers' formats) and the details of NumPy's types. Neither
    /// is needed, so nothing is built.
    /// </summary>
    private void Build(object? state, object? target)
    {
        if ((target, state) is not ((PickleDictionary, PickleDictionary) or (NumpyValue { IsType: true }, PickleTuple)))
        {
            throw Refused("an object of a type of its own is built");
        }
    }

    /// <summary><c>('storage', type, key, device, count[, view])</c>. The device does not matter; a view is null since PyTorch 0.4.</summary>
    private PickleStorage Storage(object? id)
    {
        object?[] items = id is PickleTuple tuple ? tuple.Items : [];
        if (items is ["module", ..])
        {
            throw Refused("it holds a module with its source code");
        }

        if (items is not ["storage", StorageTypeGlobal type, string key, string, long count, .. var view] || view is not ([] or [null]))
        {
            throw Refused("a reference to something other than a storage");
        }

        if (count < 0)
        {
            throw Damaged($"the storage {CheckpointException.Quote(key)} has {count} elements");
        }

        var storage = new PickleStorage(key, type.ElementType, count);
        if (_storages.TryAdd(key, storage) || _storages[key] == storage)
        {
            return _storages[key];
        }

        throw Damaged($"the storage {CheckpointException.Quote(key)} has two types or sizes");
    }

    private void Memoize(uint index)
    {
        if (index >= CheckpointLimits.MemoEntries)
        {
            throw CheckpointException.TooLarge("remembered values in the pickle", CheckpointLimits.MemoEntries);
        }

        if (index >= _memo.Length)
        {
            int known = _memo.Length;
            Array.Resize(ref _memo, (int)Math.Max(index + 1, 2 * (uint)known));
            Array.Fill(_memo, Unset, known, _memo.Length - known);
        }

        _memoized += _memo[index] == Unset ? 1 : 0;
        _memo[index] = Top();
    }

    private object? Recall(uint index) =>
        index < _memo.Length && _memo[index] != Unset ? _memo[index] : throw Damaged($"value {index} was never remembered");

    private byte Byte() => Bytes(1).Span[0];

    private ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(sizeof(ushort)).Span);

    private uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(sizeof(uint)).Span);

    private ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(sizeof(ulong)).Span);

    private void PushInteger(uint length)
    {
        if (length > CheckpointLimits.IntegerBytes)
        {
            throw CheckpointException.TooLarge("bytes of an integer", CheckpointLimits.IntegerBytes);
        }

        var value = new BigInteger(Bytes((int)length).Span);
        Push(value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value);
    }

    private string Text(ulong length)
    {
        var text = ByteString(length).Span;
        return Utf8.IsValid(text) ? Encoding.UTF8.GetString(text) : throw Damaged("a text is not UTF-8");
    }

    private ReadOnlyMemory<byte> ByteString(ulong length) =>
        length <= CheckpointLimits.StringBytes ? Bytes((int)length) : throw CheckpointException.TooLarge("bytes of a string", CheckpointLimits.StringBytes);

    /// <summary>Text up to the end of a line, as types are named.</summary>
    private string Line()
    {
        var rest = file.Span[_position..Math.Min(end, _position + CheckpointLimits.GlobalNameBytes)];
        int length = rest.IndexOf((byte)'\n');
        if (length < 0 || !Utf8.IsValid(rest[..length]))
        {
            throw Damaged("the name of a type does not end, or is not UTF-8");
        }

        _position += length + 1;
        return Encoding.UTF8.GetString(rest[..length]);
    }

    private ReadOnlyMemory<byte> Bytes(int count)
    {
        if (count > end - _position)
        {
            throw CheckpointException.Damaged("the pickle is cut off", end);
        }

        var bytes = file.Slice(_position, count);
        _position += count;
        return bytes;
    }

    private CheckpointException Damaged(string what) => CheckpointException.Damaged(what, _opcode);

    private CheckpointException Refused(string what) => CheckpointException.Refused(what, _opcode);
}
