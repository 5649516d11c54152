// Sessions of one made-up account, as other libraries write them. The key is `sampleKey`.
// GramJS 2.26.22, teleproto 214.1.7 and mtcute 0.30.3 wrote their own; Telethon's and Pyrogram's are their published
// `struct` formats, packed by Python; the tdata folders were written by @mtcute/convert 0.29.7.

export const sampleKey = Uint8Array.from({ length: 256 }, (_, i) => (i * 7 + 3) & 255)

export const strings = {
  telegram:
    '1BAAOMTQ5LjE1NC4xNjcuOTEBuwMKERgfJi00O0JJUFdeZWxzeoGIj5adpKuyucDHztXc4+rx+P8GDRQbIikwNz5FTFNaYWh' +
    'vdn2Ei5KZoKeutbzDytHY3+bt9PsCCRAXHiUsMzpBSE9WXWRrcnmAh46VnKOqsbi/xs3U2+Lp8Pf+BQwTGiEoLzY9REtSWWB' +
    'nbnV8g4qRmJ+mrbS7wsnQ197l7PP6AQgPFh0kKzI5QEdOVVxjanF4f4aNlJuiqbC3vsXM09rh6O/2/QQLEhkgJy41PENKUVh' +
    'fZm10e4KJkJeepayzusHIz9bd5Ovy+QAHDhUcIyoxOD9GTVRbYmlwd36FjJOaoaivtr3Ey9LZ4Ofu9fw=',
  telegramName:
    '1BAAWdmVudXMud2ViLnRlbGVncmFtLm9yZwBQAwoRGB8mLTQ7QklQV15lbHN6gYiPlp2kq7K5wMfO1dzj6vH4/wYNFBsiKTA' +
    '3PkVMU1phaG92fYSLkpmgp661vMPK0djf5u30+wIJEBceJSwzOkFIT1ZdZGtyeYCHjpWco6qxuL/GzdTb4unw9/4FDBMaISg' +
    'vNj1ES1JZYGdudXyDipGYn6attLvCydDX3uXs8/oBCA8WHSQrMjlAR05VXGNqcXh/ho2Um6KpsLe+xczT2uHo7/b9BAsSGSA' +
    'nLjU8Q0pRWF9mbXR7gomQl56lrLO6wcjP1t3k6/L5AAcOFRwjKjE4P0ZNVFtiaXB3foWMk5qhqK+2vcTL0tng5+71/A==',
  teleproto:
    '1BAAOMTQ5LjE1NC4xNjcuOTEBuwMKERgfJi00O0JJUFdeZWxzeoGIj5adpKuyucDHztXc4+rx+P8GDRQbIikwNz5FTFNaYWh' +
    'vdn2Ei5KZoKeutbzDytHY3+bt9PsCCRAXHiUsMzpBSE9WXWRrcnmAh46VnKOqsbi/xs3U2+Lp8Pf+BQwTGiEoLzY9REtSWWB' +
    'nbnV8g4qRmJ+mrbS7wsnQ197l7PP6AQgPFh0kKzI5QEdOVVxjanF4f4aNlJuiqbC3vsXM09rh6O/2/QQLEhkgJy41PENKUVh' +
    'fZm10e4KJkJeepayzusHIz9bd5Ovy+QAHDhUcIyoxOD9GTVRbYmlwd36FjJOaoaivtr3Ey9LZ4Ofu9fw=',
  teleprotoName:
    '1BAAWdmVudXMud2ViLnRlbGVncmFtLm9yZwBQAwoRGB8mLTQ7QklQV15lbHN6gYiPlp2kq7K5wMfO1dzj6vH4/wYNFBsiKTA' +
    '3PkVMU1phaG92fYSLkpmgp661vMPK0djf5u30+wIJEBceJSwzOkFIT1ZdZGtyeYCHjpWco6qxuL/GzdTb4unw9/4FDBMaISg' +
    'vNj1ES1JZYGdudXyDipGYn6attLvCydDX3uXs8/oBCA8WHSQrMjlAR05VXGNqcXh/ho2Um6KpsLe+xczT2uHo7/b9BAsSGSA' +
    'nLjU8Q0pRWF9mbXR7gomQl56lrLO6wcjP1t3k6/L5AAcOFRwjKjE4P0ZNVFtiaXB3foWMk5qhqK+2vcTL0tng5+71/A==',
  mtcute:
    'AwUAAAAXAgQADjE0OS4xNTQuMTY3LjkxALsBAAAXAgQCDzE0OS4xNTQuMTY0LjI1MLsBAAAFAAAAAAEAADeXebz-AAEAAwoR' +
    'GB8mLTQ7QklQV15lbHN6gYiPlp2kq7K5wMfO1dzj6vH4_wYNFBsiKTA3PkVMU1phaG92fYSLkpmgp661vMPK0djf5u30-wIJ' +
    'EBceJSwzOkFIT1ZdZGtyeYCHjpWco6qxuL_GzdTb4unw9_4FDBMaISgvNj1ES1JZYGdudXyDipGYn6attLvCydDX3uXs8_oB' +
    'CA8WHSQrMjlAR05VXGNqcXh_ho2Um6KpsLe-xczT2uHo7_b9BAsSGSAnLjU8Q0pRWF9mbXR7gomQl56lrLO6wcjP1t3k6_L5' +
    'AAcOFRwjKjE4P0ZNVFtiaXB3foWMk5qhqK-2vcTL0tng5-71_A',
  mtcuteTest:
    'AwAAAAAfAgIFFDIwMDE6NjdjOjRlODpmMDAyOjplAAAAuwEAAP4AAQADChEYHyYtNDtCSVBXXmVsc3qBiI-WnaSrsrnAx87V' +
    '3OPq8fj_Bg0UGyIpMDc-RUxTWmFob3Z9hIuSmaCnrrW8w8rR2N_m7fT7AgkQFx4lLDM6QUhPVl1ka3J5gIeOlZyjqrG4v8bN' +
    '1Nvi6fD3_gUMExohKC82PURLUllgZ251fIOKkZifpq20u8LJ0Nfe5ezz-gEIDxYdJCsyOUBHTlVcY2pxeH-GjZSboqmwt77F' +
    'zNPa4ejv9v0ECxIZICcuNTxDSlFYX2ZtdHuCiZCXnqWss7rByM_W3eTr8vkABw4VHCMqMTg_Rk1UW2JpcHd-hYyTmqGor7a9' +
    'xMvS2eDn7vX8',
  telethon4:
    '1BJWap1sBuwMKERgfJi00O0JJUFdeZWxzeoGIj5adpKuyucDHztXc4-rx-P8GDRQbIikwNz5FTFNaYWhvdn2Ei5KZoKeutbz' +
    'DytHY3-bt9PsCCRAXHiUsMzpBSE9WXWRrcnmAh46VnKOqsbi_xs3U2-Lp8Pf-BQwTGiEoLzY9REtSWWBnbnV8g4qRmJ-mrbS' +
    '7wsnQ197l7PP6AQgPFh0kKzI5QEdOVVxjanF4f4aNlJuiqbC3vsXM09rh6O_2_QQLEhkgJy41PENKUVhfZm10e4KJkJeepay' +
    'zusHIz9bd5Ovy-QAHDhUcIyoxOD9GTVRbYmlwd36FjJOaoaivtr3Ey9LZ4Ofu9fw=',
  telethon6:
    '1AiABBnwE6PACAAAAAAAAAA4BuwMKERgfJi00O0JJUFdeZWxzeoGIj5adpKuyucDHztXc4-rx-P8GDRQbIikwNz5FTFNaYWh' +
    'vdn2Ei5KZoKeutbzDytHY3-bt9PsCCRAXHiUsMzpBSE9WXWRrcnmAh46VnKOqsbi_xs3U2-Lp8Pf-BQwTGiEoLzY9REtSWWB' +
    'nbnV8g4qRmJ-mrbS7wsnQ197l7PP6AQgPFh0kKzI5QEdOVVxjanF4f4aNlJuiqbC3vsXM09rh6O_2_QQLEhkgJy41PENKUVh' +
    'fZm10e4KJkJeepayzusHIz9bd5Ovy-QAHDhUcIyoxOD9GTVRbYmlwd36FjJOaoaivtr3Ey9LZ4Ofu9fw=',
  pyrogram:
    'BAAAMDkAAwoRGB8mLTQ7QklQV15lbHN6gYiPlp2kq7K5wMfO1dzj6vH4_wYNFBsiKTA3PkVMU1phaG92fYSLkpmgp661vMPK' +
    '0djf5u30-wIJEBceJSwzOkFIT1ZdZGtyeYCHjpWco6qxuL_GzdTb4unw9_4FDBMaISgvNj1ES1JZYGdudXyDipGYn6attLvC' +
    'ydDX3uXs8_oBCA8WHSQrMjlAR05VXGNqcXh_ho2Um6KpsLe-xczT2uHo7_b9BAsSGSAnLjU8Q0pRWF9mbXR7gomQl56lrLO6' +
    'wcjP1t3k6_L5AAcOFRwjKjE4P0ZNVFtiaXB3foWMk5qhqK-2vcTL0tng5-71_AAAAQAAAAAFAA',
  pyrogramTestBot:
    'AgAAMDkBAwoRGB8mLTQ7QklQV15lbHN6gYiPlp2kq7K5wMfO1dzj6vH4_wYNFBsiKTA3PkVMU1phaG92fYSLkpmgp661vMPK' +
    '0djf5u30-wIJEBceJSwzOkFIT1ZdZGtyeYCHjpWco6qxuL_GzdTb4unw9_4FDBMaISgvNj1ES1JZYGdudXyDipGYn6attLvC' +
    'ydDX3uXs8_oBCA8WHSQrMjlAR05VXGNqcXh_ho2Um6KpsLe-xczT2uHo7_b9BAsSGSAnLjU8Q0pRWF9mbXR7gomQl56lrLO6' +
    'wcjP1t3k6_L5AAcOFRwjKjE4P0ZNVFtiaXB3foWMk5qhqK-2vcTL0tng5-71_AAAAAAAAABNAQ',
  pyrogramOld32:
    'BAADChEYHyYtNDtCSVBXXmVsc3qBiI-WnaSrsrnAx87V3OPq8fj_Bg0UGyIpMDc-RUxTWmFob3Z9hIuSmaCnrrW8w8rR2N_m' +
    '7fT7AgkQFx4lLDM6QUhPVl1ka3J5gIeOlZyjqrG4v8bN1Nvi6fD3_gUMExohKC82PURLUllgZ251fIOKkZifpq20u8LJ0Nfe' +
    '5ezz-gEIDxYdJCsyOUBHTlVcY2pxeH-GjZSboqmwt77FzNPa4ejv9v0ECxIZICcuNTxDSlFYX2ZtdHuCiZCXnqWss7rByM_W' +
    '3eTr8vkABw4VHCMqMTg_Rk1UW2JpcHd-hYyTmqGor7a9xMvS2eDn7vX87msoAAA',
  pyrogramOld64:
    'BAADChEYHyYtNDtCSVBXXmVsc3qBiI-WnaSrsrnAx87V3OPq8fj_Bg0UGyIpMDc-RUxTWmFob3Z9hIuSmaCnrrW8w8rR2N_m' +
    '7fT7AgkQFx4lLDM6QUhPVl1ka3J5gIeOlZyjqrG4v8bN1Nvi6fD3_gUMExohKC82PURLUllgZ251fIOKkZifpq20u8LJ0Nfe' +
    '5ezz-gEIDxYdJCsyOUBHTlVcY2pxeH-GjZSboqmwt77FzNPa4ejv9v0ECxIZICcuNTxDSlFYX2ZtdHuCiZCXnqWss7rByM_W' +
    '3eTr8vkABw4VHCMqMTg_Rk1UW2JpcHd-hYyTmqGor7a9xMvS2eDn7vX8AAABAAAAAAUB',
} as const

/** Folders: file name to content, base64. */
export const tdataFolders = {
  simple: {
    D877F783D5D3EF8Cs:
      'VERGJINqTAAAAAJA+UIicWGaUFTAG0GAtE7+JhvZf0qP1WRMa9fwUvKdcxDUXH6953kGyc9Dh8WOWAI5SD99ourbNBQIIJ95' +
      '+0htRUiMdzy/t6OLNrlF0AkRIkfItoPIQ0SV7SUn56lXS3Tjf7n9zMffcp5R95jdJph+qkiKmtTsifo12Fuiuax4Hb9o/nwL' +
      'w4g8diKj1vF6RFq+UmBeropShvr3HA7ktYXB3rCSIKch2Zta4pZoht576h3qZ3DKIBWNayTy+/OwquSwSqDV+/Rxn0okScDF' +
      '/rEJz2nT+4Kl/BF159cXgt+DB7whnsffV31/VFIPYsK1eBQbEj3dl4uUlHN2rHAROdFuyDxsJAqEceKtFViZGf8vbElVSLj+' +
      'uP2l8RUmV/E9W3fWVhjBHJ7XWCdVLAm+WeFRA5ryfgeR88s1wd0u++Eq3oeymWADrkRDG2sOX0hxavTDninPrxXlHavgJykK' +
      'XEruupVTgxxyIH6SkTwBYsUpO6XuXXluLEoHFi8qBEroYE6kz274nTb6H+DrLIMpDqoCP6WySMEKSqZ1OVnkLr6S4lAbXZPW' +
      'jXzV+D3Zkev469mxyJFHjOIypyjg+K/pwVnjTpTYGUeRgT890UzgucxtdLoY0AsQn/LA6PYvWMkpPoaufbf31NDwwNNaf/Vo' +
      'riJ3igF4KGc5cO2EH9oUaoCV3/WbH4hpXjF3wWETBkA9mO2INFvSbIJauFMKx7tyDOxYsjwg1WtCCi6YaX5CWZXgpW57+Zbo' +
      '2pcadEWLi6F3T9SkLbv+cUUhIPLvlBb76FOqwQ==',
    key_datas:
      'VERGJINqTAAAAAAgyR3bLacHBTmrBdejcQMSxdeSp/6R666p5Gf7p07SZ4kAAAEgZmeeghoiqoOZD1ga1msOpu1ld319B8Os' +
      'iQF+1wBu70oeyTZJnmcbCynkrCeGRC7mKuJ6HqE3wvQgIx7d5M9sKl1kVx6rqVnEQYcFhXH1NSutFCxJNaD7Xi1RhZAnv5T8' +
      'HVFVqJejuDg5b2s22MNvIkb8k0WK6+7wtO1dPq131axlhP7n9EhqfOls5BhV6xpvSnVdf1zZogBC60vRLW42dU75y5y++5kr' +
      '7KlZcHk+/9QOoi+/yIz6yotEr+OQbo6wf/2FqjFgXHY3IuqVBuejF5SGUrN29mvrlWgKhmPm1o04RT5yO0o4VO6fmQ+H7kye' +
      'S04BEHCvGzEcDqGGDnWyrfqfFJ/L1Tit0F8iLw7k5k77jD7l1lSs+TN2SZNOoBQfAAAAIAqeacbYeWkSrtakiea58d0mN/5x' +
      'P8UPe+z2lOkqBrdr7XhuZDZHM7lCuMQE3PK6+w==',
  },
  passcode: {
    D877F783D5D3EF8Cs:
      'VERGJINqTAAAAAJA+UIicWGaUFTAG0GAtE7+Jjkwuk12K3Mna/FDr2W+4Hr5cpyqCBFog3biTF9t3FfVeVMbtZoFHTy/fMvG' +
      'Bd9ShFJ9KLvepGLrP4SnU7gFx5HIGqjElZKHhwK0yFVtkNu/MIQ8nQusEvZw2qcJ9zSNTg+2kCKrEuclPK2iC8fnaEoZ3fzZ' +
      'rts6y9xafacjZb+KuxoddhKZOaz3ndMgKZu3uDQ3USozTnpj22z6Q48hjZ9EqBEtYyz2XMShNcmy1mFK0k7C2bVMgNi8kRTU' +
      'FqEGaEabvOT4cWvQ8CCdJWbHcKf6eUa+k0lISj4QmGF95AOoJlAinMqHs7AGjL8CXZ9GW0uiBYJaCImqRCsuDxQMKdi+Z36X' +
      'N/Ve/Ws6E0HW56FaCyN7kkSTXGWaYj42aAtA9wHcvLy1+nYilMDP0EqsCcaHESNnTI9SyE/8NmPwoPY5B9QkWjkbatZQa5ID' +
      '1QufSl7u3U/dAMHcOiByQfHxWDH4albKSRILvRQilUrl4Vb2E2SgCTcEOswVkh5MeUyJFCzNei67GoUifyxMyq9qYqqLyq7N' +
      'PDBUiDQPbHIAPzu5wDemmKVXUr5tcohcTQh55ZoDUcwTV8r6rxxUcw9rswbu44rY0QFZbSK9kW12HXjvE0Uc+wvc9rXLOuv3' +
      'hNebgsR3wqThVKM3TlzIBiLgBdmEnk3+EQIwdHxmlXDY+wUSZElJz6HPsFJVKdZQTT9C2FYi9Nc4HRzDRGn3CBI9C4mG6peU' +
      'F873/jRg03/1oWz8BPIoWu3X8jlYEsWQxduBIA==',
    key_datas:
      'VERGJINqTAAAAAAgedGjuWkNxkYy++L2NxMk9JnU64tLfNsB5xVPTFf/vlsAAAEgpHiDllwfYijeW6xf3CypmiDmAWDRrgXu' +
      'yAkUhDOir0IUOXCE1TMb3/32iScv4MM9XiQa8StxF1T7n98xCzkgwQyD+/sDn5qzJaImB0Z0rPBGpgrUMWfd0PqcsX2yxRu/' +
      'hLWwEbyS6itVNWDEWAcsM6iQExB07eEnh3WyWqOGgTY2SYktOh9Ua4/uuS4Xesz47wY+Bic33b1QndRD0rBOtr/PPDWQxag8' +
      'yynfd5vk+X/PboqL1WkQMumMyW6xyfqp8G69xGQhf3u5e2H0neVXHUxAII5G8S3rIBc5khly65I/+OS2wipS4LFfkbOoMGYt' +
      '1oJlH8QIXFsri0w3wyUcvoLcj1CFYF0+rangLMUz2JfaGeuNN07RfetPt4feFWx1AAAAIAqeacbYeWkSrtakiea58d3okMFr' +
      'FGKi3CzAwTvMJU1VytYG8Ouvc3DpoM4DUIimBg==',
  },
  three: {
    A7FDF864FBC10B77s:
      'VERGJINqTAAAAAJARwGQg0gV4QwdmzGO1ZV7WVnPyLn0Tak3LllRtcM7ZJ0I8mKOevLg5jOYLHNQTHLPT7bh5mRNl3leLPVR' +
      'Qq0eKZPpzeU9enjf3P5WPYhQ/GhStZvzGv2/CBCW6t8YJcPPnEdtbE5d+bsExJ3P5GbZxtkxi2RLJ9Xeskgj78K3OXDRi1UA' +
      'H2kWq9wqy9kLMVtiNYKSMB5akp55KwlCHpwHc01LFimoTr08si8W2VPz32Vcwt/OyCdxwwzz5hrSZRoJmAL37UkXpmruSDZ4' +
      'cqUKZcSZQo0667gZMXKFm1vfgUTZKOSrl9r6bVJ6eblj9rOyWLOD1fBFXGuU+lXck8b1s3ksikhZJpo5QNvmJBu82ZBQ11sl' +
      'l9ATx1BGqk7OV+mu3REg4mY2esT2d2qSHONCngf3rqsnZ6qOP3P8kbHUiz/vlrLZs7bilf2Q1iFjJlxk4AAuIhaC34kXw1K7' +
      'xJVxUI1vmisLerrlZjP//AqQsDkE6LlP0XTNDfCpXLvxMIhNWnq+zcV2M3JEsVPstYIBrcLdxw6lb2Ze0WMGaAcgkUQRGgll' +
      'JEvDOtLYGTnYZ3YpOBZWcG0FCnPxUC0+llWEpofYusmSojHjJifp9iaP41x98SHy1/iXqQPLEgRfDEKT/QD/P88PshuFJCo0' +
      'WiWvzXZ9aH6Fzu9FjnFA39hEhsewEpXvR6GO+Dn1lCquxwcry5ddplv/cgQoZeYYW2tWTbfhpZL1PSCFYuo3U3N+qlthpbz8' +
      'zyIelz4AmoH1zr6Y61gAL4EIRaTivsI7iR6kpA==',
    D877F783D5D3EF8Cs:
      'VERGJINqTAAAAAJA+UIicWGaUFTAG0GAtE7+JkGlTDYF9jB99MjZW8aJZ3IZrkPtiCFENXuB1vl3HThMSN2BpAwJyQMOoiFE' +
      'UXpfsKi0O0xOCy4q319flV7qbwBCJpqjbLEX2Kaoje+ilX5OnpJYE5VFWEK8NscqfGpioAcDxAjrxVDiIzml+KXqotITF3pO' +
      'FTfSAl7pREsJcbzvwlDUjKol/cndLUgGfOoj+g9WDBrNVPPPBR5ZvKrfr4D+iizzZvqm0HhApw5sdlYpef5CuxBxaayWGYx5' +
      '5xZImjWrZkkBskNfDl+B2Y+MK6ANxQWXbMw4v1FrMLmw2cUILr0m+3RY+hOOqiA/kjJpRBU8sHrsUaAgmWZFlXagBvvGxhUN' +
      '+U/UKjebyh66Mp/ItG8NYwvN3VaAyYWR7xxBSJdIeWmMDMBqKkupbpYk7p46OwoU3XEY5LSecvnBNuNrTkqcSvOaBUc/d57T' +
      'QargUv/Lf20FdGbv4T139T/Q2eK4X8rt3mcGDWNJ+/XMkn14UcVr+8u+Ih62LUz1zV+QpICMug7zOSDvzZks3WXmkqEmGkYr' +
      'ms1LhGvo5BZgQOgJzebS9xJsNruwFFnC+X1Fuyuvz8iRJjOz3AxyPI4Swc3yWfl0Gxv3N4p0RL81rDF9RFsXiBMiXfRsZKMX' +
      'x7fVNfcwW+apNdf6pCUWvr0VZAZAKiq9/Pqqg9RJUdkppaLlGjzMW25ShbebHhFElGH0LrQ4P/JyvtDRTBRDs6I+Q8GBB0uE' +
      'XUQ7CJDDmd4E/4q7tWuaRmz1Aa27kaLcpsgC8Q==',
    F8806DD0C461824Fs:
      'VERGJINqTAAAAAJAiIqG6daH4LSEWJORzUyxJBvbMyAMAUtxsYBw32g4zYycsfVLmaMCIkRSyt3rVm04Pekt0dCPeOFf+zoG' +
      'ckExe40hudhIgRSxvkIBTw4Ea8xeLxvCwXhw64LY4/2dqYCDEJXQWB5Ps+Zry+IEu7N74w2VBZV2BCKm+b0nCs5qZgbmE4da' +
      'l8kz9a4cWiJm9KfKOX547lfNBk54YqGzWOUP65qX1DR+1erJ1DnUTB2rqkHyVhNVqjLbWPdnGj6F6sDxMIqca3tq80h/s1cu' +
      '+400dgRzrBpPkavQXtMwlHxgzuWRRIDGCQMvSDzob32TTNEvu2XSv7wff2jz7mLfzv1zsNcmHK8RP9CjJGqJeYJ31VtO2S0k' +
      'VFqgGZCmygTiuphzuAVNck096pz+XzrYgXcAtc9Ao+Nq23WhLtUFC5ENM48Y5VIvq2piVrFyG/3tmBzLLxjFqaX0U1ePB1N3' +
      '5tk1kbF7s7mrsWF+dVGAT6R3deFy9jfZA+l33nDNj8yiXZoKneEEBrfcInIspIgM/9+Qn5hfSx5ykspo6jW+GaPgR33HKLXh' +
      'f19p6af5Elmo+zEyK3O34CnJDdvF8UCgC/S/r/fu6s2q0VV8JT9UyDonYri0zDJrPxU2Iw9fAGu+7a90upWemJyGguJBie+U' +
      'VacL0GLM8UmoXGnUXdxoBhgT5JmCWUoTZ+9CYFA79RJrewd/xKxk8fWMmdyucmHVDL0SiP5pOvQixiX//kIkO6M0EbRUiEdo' +
      'vnicaas7zXqKTrct3xSoFUDQGICTo2LoStPbqw==',
    key_datas:
      'VERGJINqTAAAAAAg5H+X0l7y9sSY0CAs4uqV87rXS5hYH6O41cwHhGas/U4AAAEg1RGAxcXNa4dw0XGLPoe3WotxvBG8slFI' +
      '0HY7ZMHl7SKUB2F/d8TJWwoE6DUnm8vtIhjhf5ICE8bqiJE+ln1TN00hMnMeq6nWcYBgu8NcMcNsmkrha5uBWO5/LRIlbxpg' +
      'dV+267qTUZxgzSFoULjkZIFdgeJqSziSHYxf6FaVCG9yEXtS1TDYaQIYighJ6ToujKCAELOdtiQ/81zgHDuHxLD8zTR2R2Hu' +
      'VoVJnIctVfzv/RqvZV7rip0+fS101zE3G0o0I6TwiyvK/zKKis9RrDmo2Z6mEt/5Sdst4zH48CLAKKfHux0ByYk81pg8qW8e' +
      'bXNbInRCxPEa3X3qT+o89I6F2Hzqolot9x+kQRobI3+2h5iH071depjV1q/HtSv4AAAAMBp/oxuuhHshfAGNPco5Z1CsM6Sr' +
      '4B8Khsu0pBuhJVADIoDvCjdRuRZ1o+dQVcldhaBaK2CGUghvrt7IIVEZ05A=',
  },
} as const
