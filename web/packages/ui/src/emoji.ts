// What people who answer customers send; the phone draws them in its own way.
export const emoji =
  "😊 😀 😄 😁 😆 😅 😂 🙂 😉 😍 🥰 😘 😋 😜 🤗 🤔 🤝 🙏 👍 👌 👏 💪 ✌️ 👋 🫡 😌 😴 😷 🤒 😢 😭 😥 😓 😳 😱 😤 😡 🙈 🌹 🌸 🍀 🍵 🎁 🎉 🎂 🧧 ❤️ 💚 💔 ⭐ ☀️ 🌙 ⏰ 📦 🚚 📍 📷 📞 ✅ ❌ ❗ ❓ 💯 🔥".split(" ");
